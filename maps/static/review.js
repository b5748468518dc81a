// The desk of the reviewer: filters, list, next and previous unknown, the case named in the address (#station_id).
yizhan.desk = (function () {
  "use strict";
  var PAGE_SIZE = 200;
  var data = yizhan.data, get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, signs = yizhan.signs;
  var filter = { verdict: "", rule: "" }, shown = [], limit = PAGE_SIZE, selected = null, listeners = [], every = [], rows = {};
  for (var k = 0; k < data.count; k++) every.push(k);

  function each(selector, run) { Array.prototype.forEach.call(document.querySelectorAll(selector), run); }
  function verdict(i) { return get("street_facing", i); }
  function ruleOf(i) { return get("street_facing_rule", i) || "not_checked"; }
  function fits(i) { return (!filter.verdict || verdict(i) === filter.verdict) && (!filter.rule || ruleOf(i) === filter.rule); }
  function unknowns() {
    var some = shown.filter(function (i) { return verdict(i) === "unknown"; });
    return some.length ? some : every.filter(function (i) { return verdict(i) === "unknown"; });
  }

  // -- filters and list

  function chips() {
    var codes = ["", "unknown", "no", "yes"];
    byId("verdicts").replaceChildren.apply(byId("verdicts"), codes.map(function (code) {
      var n = every.filter(function (i) { return !code || verdict(i) === code; }).length;
      var chip = make("button", { type: "button", "class": "sift", "data-verdict": code, "aria-pressed": String(filter.verdict === code) }, [
        code ? signs.sign(code, 18) : null, make("span", {}, [code ? signs.words(code) : t("all")]),
        make("b", {}, [String(n)])
      ]);
      chip.addEventListener("click", function () { filter.verdict = code; filter.rule = ""; refilter(); focusChip(code); });
      return chip;
    }));
  }

  function focusChip(code) { document.querySelector("[data-verdict='" + code + "']").focus(); }

  function reasonChoices() {
    var counts = {}, some = every.filter(function (i) { return !filter.verdict || verdict(i) === filter.verdict; });
    some.forEach(function (i) { counts[ruleOf(i)] = (counts[ruleOf(i)] || 0) + 1; });
    var options = [make("option", { value: "" }, [t("any_reason", { n: some.length })])];
    Object.keys(counts).sort(function (a, b) { return counts[b] - counts[a] || (a < b ? -1 : 1); }).forEach(function (rule) {
      options.push(make("option", { value: rule }, [t("reason_n", { reason: yizhan.word("rule", rule), n: counts[rule] })]));
    });
    byId("reason").replaceChildren.apply(byId("reason"), options);
    byId("reason").value = filter.rule;
  }

  function entry(i) {
    var button = make("button", { type: "button", "class": "entry", "data-case": i, "aria-current": selected === i ? "true" : null }, [
      signs.sign(verdict(i), 22),
      make("span", { "class": "entry-words" }, [
        yizhan.foreign("span", get("name", i), { "class": "entry-name" }),
        make("span", { "class": "entry-reason" }, [make("span", { "class": "aside" }, [signs.words(verdict(i)) + " · "]),
          yizhan.caseFile.ruleLabel(i)])
      ])
    ]);
    button.addEventListener("click", function () { open(i); });
    rows[i] = button;
    return make("li", {}, [button]);
  }

  function drawList() {
    var part = document.createDocumentFragment();
    rows = {};
    shown.slice(0, limit).forEach(function (i) { part.append(entry(i)); });
    byId("cases").replaceChildren(part);
    byId("more").hidden = shown.length <= limit;
    byId("more").textContent = t("more", { n: Math.min(PAGE_SIZE, shown.length - limit) });
    byId("count").textContent = t("count", { n: shown.length, total: data.count });
    byId("none").hidden = shown.length > 0;
    byId("none").textContent = t(data.count ? "none" : "no_cases");
    turn();
  }

  function refilter() {
    shown = every.filter(fits);
    limit = PAGE_SIZE;
    chips();
    reasonChoices();
    drawList();
    listeners.forEach(function (listener) { listener("filter"); });
  }

  // -- next and previous

  function turn() {
    var list = unknowns(), at = list.indexOf(selected);
    byId("turn").textContent = !list.length ? t("no_unknown") : at >= 0 ? t("unknown_n", { i: at + 1, n: list.length })
      : t("unknown_of", { n: list.length });
    byId("next").disabled = byId("previous").disabled = list.length === 0;
  }

  // From a station that is itself no unknown, the next one in the order of the list.
  function step(forward) {
    var list = unknowns(), at = list.indexOf(selected);
    if (!list.length) return;
    if (at < 0) {
      var after = list.filter(function (i) { return selected !== null && i > selected; });
      at = forward ? (after.length ? list.indexOf(after[0]) : 0) : (after.length ? list.indexOf(after[0]) : list.length) - 1;
    } else {
      at += forward ? 1 : -1;
    }
    open(list[(at + list.length) % list.length], true);
  }

  // -- the case

  function open(i, keepFocus) {
    keep = Boolean(keepFocus);
    var address = "#" + encodeURIComponent(get("station_id", i));
    if (location.hash !== address) location.hash = address;
    // Now and not with the event of the address: the next key may come before it.
    show();
  }
  var keep = false;

  function caseInAddress() {
    var id;
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (error) { return null; }
    for (var i = 0; id && i < data.count; i++) if (get("station_id", i) === id) return i;
    return null;
  }

  function drawCase() {
    var parts = selected === null ? [make("p", { "class": "none" }, [t(data.count ? "choose" : "no_cases")])]
      : yizhan.caseFile.render(selected);
    byId("case").replaceChildren.apply(byId("case"), parts);
  }

  function show() {
    var found = caseInAddress();
    if (found === null && location.hash === "#case") return;
    selected = found;
    drawCase();
    Object.keys(rows).forEach(function (i) {
      if (+i === selected) rows[i].setAttribute("aria-current", "true"); else rows[i].removeAttribute("aria-current");
    });
    turn();
    listeners.forEach(function (listener) { listener("case"); });
    if (selected === null) return;
    view("case");
    byId("file").scrollTop = 0;
    byId("status").textContent = t("now_shown", { name: get("name", selected), verdict: signs.words(verdict(selected)) });
    if (rows[selected]) rows[selected].scrollIntoView({ block: "nearest" });
    if (!keep) byId("case-title").focus({ preventScroll: true });
    keep = false;
  }

  function view(name) {
    byId("desk").setAttribute("data-view", name);
    each("[data-show]", function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-show") === name));
    });
    listeners.forEach(function (listener) { listener("view"); });
  }

  // -- words

  function foot() {
    var notes = [];
    if (data.unlocated) notes.push(t("unlocated", { n: data.unlocated }));
    if (data.left_out) notes.push(t("more_cases", { n: data.left_out }));
    if (data.made_on) notes.push(t("made_on", { date: data.made_on }));
    if (data.data_version !== null) notes.push(t("data_version", { n: data.data_version }));
    byId("foot").textContent = notes.join(" · ");
  }

  function words() {
    document.documentElement.lang = yizhan.isEnglish() ? "en" : "zh-CN";
    document.title = yizhan.pick(data.title);
    each("[data-t]", function (element) { element.textContent = t(element.getAttribute("data-t")); });
    each("[data-label]", function (element) { element.setAttribute("aria-label", t(element.getAttribute("data-label"))); });
    each("[data-own=title]", function (element) { element.textContent = yizhan.pick(data.title); });
    document.querySelector(".skip").textContent = t("skip");
    var language = byId("language");
    language.textContent = t("switch_language");
    language.setAttribute("aria-label", t("switch_language_label"));
    language.lang = yizhan.isEnglish() ? "zh-CN" : "en";
    byId("notice").textContent = yizhan.pick(data.notice);
    byId("notice").hidden = !yizhan.pick(data.notice);
    byId("legend-body").replaceChildren(signs.legend());
    foot();
    chips();
    reasonChoices();
    drawList();
    drawCase();
    listeners.forEach(function (listener) { listener("words"); });
  }

  // -- wiring

  byId("reason").addEventListener("change", function () { filter.rule = this.value; refilter(); byId("reason").focus(); });
  byId("more").addEventListener("click", function () {
    var first = limit;
    limit += PAGE_SIZE;
    drawList();
    rows[shown[first]].focus();
  });
  byId("next").addEventListener("click", function () { step(true); });
  byId("previous").addEventListener("click", function () { step(false); });
  byId("language").addEventListener("click", function () { yizhan.setEnglish(!yizhan.isEnglish()); words(); });
  each("[data-show]", function (button) {
    button.addEventListener("click", function () { view(button.getAttribute("data-show")); });
  });
  document.addEventListener("keydown", function (event) {
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "n" || event.key === "N") step(true);
    if (event.key === "p" || event.key === "P") step(false);
  });
  window.addEventListener("hashchange", function () {
    if (selected === null || caseInAddress() !== selected) show();
  });

  shown = every.filter(fits);
  words();

  return {
    start: function () {
      keep = true;
      show();
      if (selected === null && window.matchMedia("(min-width: 720px)").matches && data.count && !location.hash) {
        var list = unknowns();
        keep = true;
        history.replaceState(null, "", "#" + encodeURIComponent(get("station_id", list.length ? list[0] : 0)));
        show();
      }
    },
    open: open, verdict: verdict,
    shown: function () { return shown; },
    selected: function () { return selected; },
    onChange: function (listener) { listeners.push(listener); }
  };
})();
