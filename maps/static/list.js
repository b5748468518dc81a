// The list: filters, order, cards. It stands and works before the map, and without it.
yizhan.list = (function () {
  "use strict";
  var PAGE_SIZE = 60;
  var get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, symbols = yizhan.symbols;
  var filters = { open: false, "24h": false, street: false, facilities: [], text: "", district: "" };
  var scope = null, here = null, limit = PAGE_SIZE, states = [], arrivals = [], shown = [], cards = {}, listeners = [];
  var words = [], haystacks = [];
  var ORDER = { open: 0, self_service: 0, unknown: 2, closed: 3, paused: 4 };

  function lets(state) { return state.code === "open" || state.code === "self_service"; }
  function isUsable(i) { return lets(states[i]); }

  // Usable: one can get in when one arrives; without a position, now.
  function isUsableThen(i) { return lets(here ? arrivals[i] : states[i]); }

  function is24h(i) { return yizhan.data.around_the_clock.indexOf(get("access_24h", i)) >= 0; }

  function plain(text) { return String(text || "").normalize("NFKC").toLowerCase(); }

  // Every word of the search must stand in the name, the address or the district.
  function isFound(i) {
    if (!words.length) return true;
    if (haystacks[i] === undefined) {
      haystacks[i] = plain([get("name", i), get("address", i), get("district", i)].join("\n"));
    }
    return words.every(function (word) { return haystacks[i].indexOf(word) >= 0; });
  }

  function work(i) {
    var facilities = get("facilities", i) || {};
    return (!filters.open || isUsable(i)) && (!filters["24h"] || is24h(i)) &&
      (!filters.street || get("street_facing", i) === "yes") &&
      (!filters.district || get("district", i) === filters.district) && isFound(i) &&
      filters.facilities.every(function (code) {
        return Object.prototype.hasOwnProperty.call(facilities, code) && facilities[code] !== "broken";
      }) && (!scope || scope.indexOf(i) >= 0);
  }

  function rank(i) {
    if (is24h(i) && isUsable(i)) return get("access_24h", i) === "open_door" ? -2 : -1;
    return ORDER[states[i].code];
  }

  function metresTo(i) { return yizhan.metres(here, { lon: get("lon", i), lat: get("lat", i) }); }

  function computeStates() {
    var now = Date.now();
    states = [];
    arrivals = [];
    for (var i = 0; i < yizhan.data.count; i++) {
      states.push(yizhan.hours.state(i, now));
      if (here) arrivals.push(yizhan.hours.state(i, yizhan.nav.arrival(metresTo(i), now, i)));
    }
  }

  function choose() {
    shown = [];
    for (var i = 0; i < yizhan.data.count; i++) if (work(i)) shown.push(i);
    var far = shown.map(function (i) { return here ? yizhan.nav.seconds(metresTo(i), i) : 0; });
    var keys = shown.map(function (i) { return here ? (isUsableThen(i) ? 0 : 1) : rank(i); });
    var opens = shown.map(function (i) { return states[i].code === "closed" && states[i].opens || Infinity; });
    shown = shown.map(function (i, k) { return k; }).sort(function (a, b) {
      return keys[a] - keys[b] || far[a] - far[b] || (opens[a] === opens[b] ? 0 : opens[a] - opens[b]) || a - b;
    }).map(function (k) { return shown[k]; });
  }

  function facilityLine(i) {
    var facilities = get("facilities", i) || {}, order = Object.keys(yizhan.data.words.facility);
    var names = order.filter(function (code) { return facilities[code] === "working"; })
      .concat(order.filter(function (code) { return facilities[code] === "unknown"; }));
    var text = names.slice(0, 4).map(function (code) { return yizhan.word("facility", code); })
      .join(yizhan.pick(yizhan.data.separator));
    return text + (names.length > 4 ? "\u00a0…" : "");
  }

  function kindNote(i) {
    var kind = get("access_24h", i);
    if (kind !== "open_door" && kind !== "unattended" && kind !== "goods_only") return null;
    return make("strong", { "class": "kind" }, [symbols.kindWords(kind)]);
  }

  // "Open now, around the clock" and "open 24 hours" are one fact: it is said once.
  function saysKind(i) { return states[i].always && get("access_24h", i) === "open_door"; }

  // What changes on the way there.
  function arrivalNote(i) {
    if (!here || lets(states[i]) === lets(arrivals[i])) return null;
    return make("strong", { "class": "arrival" }, [t(lets(arrivals[i]) ? "opens_before" : "closes_before")]);
  }

  function stateLine(i) {
    var detail = saysKind(i) ? kindNote(i) : make("span", {}, [yizhan.hours.detail(states[i], Date.now())]);
    return [symbols.statePill(states[i].code), " ", detail, arrivalNote(i)].filter(Boolean);
  }

  function card(i) {
    var kind = get("access_24h", i), name = get("name", i), access = get("access_method", i);
    var open = make("button", { type: "button", "class": "name", "data-station": i, dir: "auto" }, [name]);
    var badge = make("span", { "class": "badge" }, [symbols.symbol(kind, states[i].code)]);
    var line = make("span", { "class": "state" }, stateLine(i));
    var facts = [], words = [];
    if (kindNote(i) && !saysKind(i)) facts.push(kindNote(i));
    if (get("reported_closed_on", i)) facts.push(symbols.reported(get("reported_closed_on", i)));
    if (access !== "unknown") words.push(yizhan.word("access_method", access));
    if (facilityLine(i)) words.push(facilityLine(i));
    if (here) {
      facts.unshift(make("strong", { "class": "far" }, [yizhan.distance(metresTo(i))]),
        make("span", { "class": "minutes" }, [yizhan.nav.minutesText(metresTo(i), i)]));
    }
    cards[i] = { badge: badge, line: line };
    return make("li", { "data-station": i, "class": is24h(i) ? "card all-day" : "card" }, [
      badge,
      make("div", { "class": "body" }, [
        make("h3", {}, [open]),
        make("p", { "class": "facts" }, [line].concat(facts, [symbols.verdictPill(get("street_facing", i))])),
        words.length ? make("p", { "class": "muted" }, [words.join(" · ")]) : null
      ]),
      yizhan.nav.button(i, "go")
    ]);
  }

  function isFiltered() {
    return filters.open || filters["24h"] || filters.street || filters.facilities.length > 0 || filters.text !== "" ||
      filters.district !== "" || scope !== null;
  }

  // Why the list is empty.
  function noneText() {
    if (yizhan.data.complete === false && !yizhan.data.count) {
      return t(yizhan.source.isLarge ? "none_large" : yizhan.list.failed ? "load_failed" : "loading");
    }
    return t(yizhan.data.count ? "none" : "no_stations");
  }

  function sayCount() {
    var total = yizhan.data.complete === false ? yizhan.data.total : yizhan.data.count;
    byId("count").textContent = shown.length === total || !yizhan.data.count ? t("count", { n: total })
      : t("count_filtered", { n: shown.length, total: total });
    byId("order").textContent = shown.length ? t(here ? "order_distance" : "order_open") : "";
    byId("clear").hidden = !isFiltered();
    byId("scope").hidden = scope === null;
    if (scope) byId("scope").textContent = t("scope", { n: scope.length });
    byId("none").hidden = shown.length > 0;
    byId("none").textContent = noneText();
  }

  function draw() {
    var list = byId("list"), part = document.createDocumentFragment();
    cards = {};
    shown.slice(0, limit).forEach(function (i) { part.append(card(i)); });
    list.replaceChildren(part);
    byId("more").hidden = shown.length <= limit;
    byId("more").textContent = t("more", { n: Math.min(PAGE_SIZE, shown.length - limit) });
    sayCount();
  }

  function tell() { listeners.forEach(function (listener) { listener(); }); }

  function refresh() { computeStates(); choose(); draw(); tell(); }

  function refilter() { limit = PAGE_SIZE; refresh(); }

  // Time passes: states are put right in place, so that nobody's focus or reading place is lost.
  function tick() {
    var before = states.map(function (s) { return s.code; });
    computeStates();
    Object.keys(cards).forEach(function (i) {
      cards[i].line.replaceChildren.apply(cards[i].line, stateLine(i));
      cards[i].badge.replaceChildren(symbols.symbol(get("access_24h", i), states[i].code));
    });
    if (states.some(function (s, i) { return s.code !== before[i]; })) tell();
  }

  function more() {
    var first = limit;
    limit += PAGE_SIZE;
    draw();
    var next = byId("list").children[first];
    if (next) next.querySelector("button").focus();
  }

  return {
    refresh: refresh, tick: tick, more: more, tell: tell, failed: false,
    onChange: function (listener) { listeners.push(listener); },
    shown: function () { return shown; },
    state: function (i) { return states[i]; },
    isFiltered: isFiltered,
    usable: function () { return shown.filter(isUsableThen).length; },
    metresTo: function (i) { return here ? metresTo(i) : null; },
    is24h: is24h,
    filters: filters,
    toggle: function (name) { filters[name] = !filters[name]; refilter(); },
    toggleFacility: function (code) {
      var at = filters.facilities.indexOf(code);
      if (at < 0) filters.facilities.push(code); else filters.facilities.splice(at, 1);
      refilter();
    },
    find: function (text) {
      filters.text = text.trim();
      words = plain(text).split(/\s+/).filter(Boolean);
      refilter();
    },
    setDistrict: function (district) { filters.district = district; refilter(); },
    setScope: function (stations) { scope = stations; refilter(); },
    setHere: function (position) { here = position; refilter(); },
    here: function () { return here; },
    clear: function () {
      filters.open = filters["24h"] = filters.street = false;
      filters.facilities = [];
      filters.text = filters.district = "";
      words = [];
      scope = null;
      refilter();
    }
  };
})();
