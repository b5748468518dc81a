// Wires the page: language, filters, position, the details of the station named in the address (#s=…).
(function () {
  "use strict";
  var get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, list = yizhan.list, data = yizhan.data;
  var SWARM = 50, IDLE_MS = 2000, openedOnMap = false, openStation = null, selectListeners = [];

  function each(selector, run) { Array.prototype.forEach.call(document.querySelectorAll(selector), run); }

  // -- words that depend on the language

  function foot() {
    var left = data.left_out.reduce(function (sum, reason) { return sum + reason[1]; }, 0);
    byId("left-out").hidden = left === 0;
    byId("left-out").textContent = t("left_out", { n: left, reasons: data.left_out.map(function (reason) {
      return t("left_out_one", { n: reason[1], reason: yizhan.pick(reason[2]) });
    }).join(yizhan.pick(data.separator)) });
    var notes = [];
    if (data.data_date) notes.push(t("data_date", { date: data.data_date }));
    if (data.data_version !== null) notes.push(t("data_version", { n: data.data_version }));
    if (data.attribution) notes.push(data.attribution);
    byId("data-note").textContent = notes.join(" · ");
  }

  function facilityBox() {
    var found = {};
    for (var i = 0; i < data.count; i++) {
      Object.keys(get("facilities", i) || {}).forEach(function (code) { found[code] = true; });
    }
    var codes = Object.keys(data.words.facility).filter(function (code) { return found[code]; });
    byId("facility-box").replaceChildren.apply(byId("facility-box"), codes.map(function (code) {
      var chip = make("button", { type: "button", "class": "chip", "data-facility": code,
        "aria-pressed": String(list.filters.facilities.indexOf(code) >= 0) }, [yizhan.word("facility", code)]);
      chip.addEventListener("click", function () { list.toggleFacility(code); pressed(); });
      return chip;
    }));
    byId("facility-toggle").hidden = codes.length === 0;
  }

  function pressed() {
    each("[data-filter]", function (chip) {
      chip.setAttribute("aria-pressed", String(list.filters[chip.getAttribute("data-filter")]));
    });
    each("[data-facility]", function (chip) {
      chip.setAttribute("aria-pressed",
        String(list.filters.facilities.indexOf(chip.getAttribute("data-facility")) >= 0));
    });
    var n = list.filters.facilities.length, toggle = byId("facility-toggle");
    toggle.textContent = n ? t("filter_facilities_n", { n: n }) : t("filter_facilities");
    toggle.classList.toggle("active", n > 0);
    byId("nearby").setAttribute("aria-pressed", String(list.here() !== null));
    yizhan.near.inputs();
  }

  function layers() {
    byId("layers").replaceChildren.apply(byId("layers"), yizhan.symbols.switches(function () {
      byId("legend-body").replaceChildren(yizhan.symbols.legend());
      list.tell();
    }));
    byId("legend-body").replaceChildren(yizhan.symbols.legend());
  }

  function stale() {
    var isStale = data.valid_until && yizhan.hours.today(Date.now()) > data.valid_until;
    byId("stale").hidden = !isStale;
    if (isStale) byId("stale").textContent = t("stale", { date: data.valid_until });
  }

  function words() {
    document.documentElement.lang = yizhan.isEnglish() ? "en" : "zh-CN";
    document.title = yizhan.pick(data.title);
    each("[data-t]", function (element) { element.textContent = t(element.getAttribute("data-t")); });
    each("[data-label]", function (element) {
      element.setAttribute("aria-label", t(element.getAttribute("data-label")));
    });
    each("[data-own=title]", function (element) { element.textContent = yizhan.pick(data.title); });
    document.querySelector(".skip").textContent = t("skip");
    var language = byId("language");
    language.textContent = t("switch_language");
    language.setAttribute("aria-label", t("switch_language_label"));
    language.lang = yizhan.isEnglish() ? "zh-CN" : "en";
    byId("notice").textContent = yizhan.pick(data.notice);
    byId("notice").hidden = !yizhan.pick(data.notice);
    stale();
    layers();
    yizhan.near.words();
    foot();
    facilityBox();
    pressed();
  }

  // -- details, by the address, so that a phone's own back button works

  function stationInAddress() {
    var found = /[#&]s=([^&]*)/.exec(location.hash), id;
    try { id = found && decodeURIComponent(found[1]); } catch (error) { return null; }
    return id ? yizhan.find(id) : null;
  }

  function drawDetails(isWhole) {
    if (!isWhole && yizhan.source.isServed) {
      var asked = openStation;
      yizhan.source.details(asked).then(function () {
        var holds = byId("details").contains(document.activeElement);
        if (openStation === asked) drawDetails(true);
        if (openStation === asked && holds) byId("details-title").focus();
      }, function () {});
    }
    byId("details").replaceChildren.apply(byId("details"), yizhan.details.render(openStation, close));
  }

  function show() {
    var before = openStation;
    openStation = stationInAddress();
    byId("browse").hidden = openStation !== null;
    byId("details").hidden = openStation === null;
    byId("frame").classList.toggle("has-details", openStation !== null);
    selectListeners.forEach(function (listener) { listener(openStation, openedOnMap); });
    if (openStation !== null) {
      drawDetails();
      byId("panel").scrollTop = 0;
      byId("details-title").focus();
    } else if (before !== null) {
      byId("details").replaceChildren();
      var card = document.querySelector(".card .name[data-station='" + before + "']");
      var marker = document.querySelector("#stage .station[data-station='" + before + "']");
      var back = openedOnMap && marker && marker.offsetParent !== null ? marker : card;
      (back || byId("list")).focus();
    }
  }

  function open(i, onMap) {
    openedOnMap = onMap;
    location.hash = "s=" + encodeURIComponent(get("station_id", i)) + (yizhan.isEnglish() ? "&lang=en" : "");
  }

  function close() { location.hash = yizhan.isEnglish() ? "lang=en" : "list"; }

  // -- wiring

  function view(name) {
    byId("frame").setAttribute("data-view", name);
    each("[data-show]", function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-show") === name));
    });
    selectListeners.forEach(function (listener) { listener(openStation); });
  }

  each("[data-filter]", function (chip) {
    chip.addEventListener("click", function () { list.toggle(chip.getAttribute("data-filter")); pressed(); });
  });
  each("[data-show]", function (button) {
    button.addEventListener("click", function () { view(button.getAttribute("data-show")); });
  });
  byId("facility-toggle").addEventListener("click", function () {
    var box = byId("facility-box");
    box.hidden = !box.hidden;
    this.setAttribute("aria-expanded", String(!box.hidden));
  });
  byId("clear").addEventListener("click", function () { list.clear(); pressed(); byId("list").focus(); });
  byId("scope").addEventListener("click", function () { list.setScope(null); byId("list").focus(); });
  byId("more").addEventListener("click", list.more);
  byId("list").addEventListener("click", function (event) {
    var name = event.target.closest(".name");
    if (name) open(Number(name.getAttribute("data-station")), false);
  });
  byId("language").addEventListener("click", function () {
    yizhan.setEnglish(!yizhan.isEnglish());
    words();
    list.refresh();
    if (openStation !== null) drawDetails();
  });
  document.querySelector(".skip").addEventListener("click", function (event) {
    event.preventDefault();
    byId("list").focus();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && openStation !== null) close();
  });
  window.addEventListener("hashchange", show);
  if (window.matchMedia("(min-width: 1100px) and (min-height: 640px)").matches) byId("legend").open = true;
  setInterval(function () {
    stale();
    list.tick();
    if (openStation !== null && !byId("details").contains(document.activeElement)) drawDetails();
  }, 60000);

  yizhan.open = open;
  yizhan.view = view;
  yizhan.pressed = pressed;
  yizhan.onSelect = function (listener) { selectListeners.push(listener); };
  yizhan.selected = function () { return openStation; };
  words();
  list.refresh();
  if (stationInAddress() !== null) show();
  // Tiles come in swarms: the list is drawn once for several of them.
  var growing = null;
  yizhan.source.onGrow(function (stations) {
    clearTimeout(growing);
    growing = setTimeout(function () {
      facilityBox();
      stale();
      foot();
      list.refresh();
      if (openStation === null && stationInAddress() !== null) show();
    }, stations.length > SWARM ? 80 : 0);
  });
  if (yizhan.source.isServed) {
    window.addEventListener("load", function () {
      // A frame of another site may never count as idle while its page is busy: not later than this.
      (window.requestIdleCallback || setTimeout)(function () {
        yizhan.source.load().catch(function () { list.failed = true; list.refresh(); }).then(yizhan.source.map);
      }, { timeout: IDLE_MS });
    });
  }
})();
