// The list: filters, order, cards. It stands and works before the map, and without it.
yizhan.list = (function () {
  "use strict";
  var PAGE_SIZE = 60;
  var get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, symbols = yizhan.symbols;
  var filters = { open: false, "24h": false, street: false, facilities: [] };
  var scope = null, here = null, limit = PAGE_SIZE, states = [], shown = [], cards = {}, listeners = [];
  var ORDER = { open: 0, self_service: 0, unknown: 2, closed: 3, paused: 4 };

  function isUsable(i) { return states[i].code === "open" || states[i].code === "self_service"; }
  function is24h(i) { return yizhan.data.around_the_clock.indexOf(get("access_24h", i)) >= 0; }

  function work(i) {
    var facilities = get("facilities", i) || {};
    return (!filters.open || isUsable(i)) && (!filters["24h"] || is24h(i)) &&
      (!filters.street || get("street_facing", i) === "yes") &&
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
    for (var i = 0; i < yizhan.data.count; i++) states.push(yizhan.hours.state(i, now));
  }

  function choose() {
    shown = [];
    for (var i = 0; i < yizhan.data.count; i++) if (work(i)) shown.push(i);
    var far = shown.map(function (i) { return here ? metresTo(i) : 0; });
    var keys = shown.map(function (i) { return here ? (isUsable(i) ? 0 : 1) : rank(i); });
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
    return text + (names.length > 4 ? " …" : "");
  }

  function kindNote(i) {
    var kind = get("access_24h", i);
    if (kind !== "open_door" && kind !== "unattended" && kind !== "goods_only") return null;
    return make("strong", { "class": "kind" }, [symbols.kindWords(kind)]);
  }

  // "Open now, around the clock" and "open 24 hours" are one fact: it is said once.
  function saysKind(i) { return states[i].always && get("access_24h", i) === "open_door"; }

  function stateLine(i) {
    var detail = saysKind(i) ? kindNote(i) : make("span", {}, [yizhan.hours.detail(states[i], Date.now())]);
    return [symbols.statePill(states[i].code), " ", detail];
  }

  function card(i) {
    var kind = get("access_24h", i), name = get("name", i), access = get("access_method", i);
    var open = make("button", { type: "button", "class": "name", "data-station": i, dir: "auto" }, [name]);
    var badge = make("span", { "class": "badge" }, [symbols.symbol(kind, states[i].code)]);
    var line = make("span", { "class": "state" }, stateLine(i));
    var facts = [], words = [];
    if (kindNote(i) && !saysKind(i)) facts.push(kindNote(i));
    if (access !== "unknown") words.push(yizhan.word("access_method", access));
    if (facilityLine(i)) words.push(facilityLine(i));
    if (here) facts.unshift(make("strong", { "class": "far" }, [yizhan.distance(metresTo(i))]));
    var link = make("a", { "class": "go", href: yizhan.navigation(i), target: "_blank", rel: "noopener noreferrer",
      "aria-label": t("navigate_to", { name: name }) }, [t("navigate")]);
    cards[i] = { badge: badge, line: line };
    return make("li", { "data-station": i, "class": is24h(i) ? "card all-day" : "card" }, [
      badge,
      make("div", { "class": "body" }, [
        make("h3", {}, [open]),
        make("p", { "class": "facts" }, [line].concat(facts, [symbols.verdictPill(get("street_facing", i))])),
        words.length ? make("p", { "class": "muted" }, [words.join(" · ")]) : null
      ]),
      link
    ]);
  }

  function isFiltered() {
    return filters.open || filters["24h"] || filters.street || filters.facilities.length > 0 || scope !== null;
  }

  function sayCount() {
    var total = yizhan.data.count;
    byId("count").textContent = shown.length === total ? t("count", { n: total })
      : t("count_filtered", { n: shown.length, total: total });
    byId("order").textContent = shown.length ? t(here ? "order_distance" : "order_open") : "";
    byId("clear").hidden = !isFiltered();
    byId("scope").hidden = scope === null;
    if (scope) byId("scope").textContent = t("scope", { n: scope.length });
    byId("none").hidden = shown.length > 0;
    byId("none").textContent = t(total ? "none" : "no_stations");
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
    refresh: refresh, tick: tick, more: more,
    onChange: function (listener) { listeners.push(listener); },
    shown: function () { return shown; },
    state: function (i) { return states[i]; },
    is24h: is24h,
    filters: filters,
    toggle: function (name) { filters[name] = !filters[name]; refilter(); },
    toggleFacility: function (code) {
      var at = filters.facilities.indexOf(code);
      if (at < 0) filters.facilities.push(code); else filters.facilities.splice(at, 1);
      refilter();
    },
    setScope: function (stations) { scope = stations; refilter(); },
    setHere: function (position) { here = position; refilter(); },
    here: function () { return here; },
    clear: function () {
      filters.open = filters["24h"] = filters.street = false;
      filters.facilities = [];
      scope = null;
      refilter();
    }
  };
})();
