// Where one is: the device's position, or a place tapped on the map, or a district, or an address text among stations.
yizhan.near = (function () {
  "use strict";
  var t = yizhan.t, get = yizhan.get, make = yizhan.make, byId = yizhan.byId, list = yizhan.list;
  var TIMEOUT_MS = 10000, PATIENCE_MS = 14000, ENOUGH = 5, MORE = 10, TYPING_MS = 150;
  var message = null, isPicking = false, turn = 0, typing = null;

  function say(key) {
    message = key;
    byId("message").textContent = key ? t(key) : "";
  }

  // The other ways to say where one is stand ready whenever the device will not.
  function otherwise(key) {
    say(key);
    byId("pick").hidden = byId("otherwise").hidden = false;
  }

  function isFramed() { try { return window.self !== window.top; } catch (error) { return true; } }

  // Sorted by distance at once, as far as stations are known; the interface is asked for what is not.
  function take(place, key) {
    var mine = turn += 1;
    byId("pick").hidden = byId("otherwise").hidden = true;
    yizhan.nav.setTrips(null);
    list.setHere(place);
    say(key);
    if (yizhan.data.complete !== false) { along(place, mine); return; }
    byId("list").setAttribute("aria-busy", "true");
    yizhan.source.nearest(place).then(function () {
      if (mine !== turn || list.usable() >= ENOUGH) return null;
      // At night the nearest are closed: ask for those that are open, and for those that one enters without staff.
      return Promise.all([yizhan.source.nearest(place, { k: MORE, open_now: true }),
        yizhan.source.nearest(place, { k: MORE, is_24h: true })]);
    }).catch(function () {
      if (mine === turn) say("nearest_failed");
    }).then(function () {
      if (mine === turn) byId("list").removeAttribute("aria-busy");
      along(place, mine);
    });
  }

  // Minutes along the streets, where the interface knows streets; until then, and elsewhere, they are estimates.
  function along(place, mine) {
    var mode = yizhan.nav.way().mode;
    yizhan.source.trips(place, mode).then(function (found) {
      if (!found || mine !== turn || mode !== yizhan.nav.way().mode) return;
      yizhan.nav.setTrips({ mode: mode, to: found.to, least_s: found.least_s });
      list.refresh();
    });
  }

  function locate() {
    var mine = turn += 1, isOver = false;
    function failed(key) {
      if (mine === turn && !isOver) otherwise(key);
      isOver = true;
    }
    if (!window.isSecureContext) { otherwise("not_secure"); return; }
    if (!navigator.geolocation) { otherwise("not_located"); return; }
    say("locating");
    // Some in-app browsers never answer; a position that comes late is still taken.
    setTimeout(function () { failed("timed_out"); }, PATIENCE_MS);
    navigator.geolocation.getCurrentPosition(function (found) {
      isOver = true;
      if (mine !== turn) return;
      take({ lon: found.coords.longitude, lat: found.coords.latitude }, yizhan.source.isServed ? "located_served" : "located");
      yizhan.pressed();
    }, function (error) {
      failed(error.code === 1 ? (isFramed() ? "refused_framed" : "refused") : error.code === 3 ? "timed_out" : "not_located");
    }, { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 60000 });
  }

  // -- a place on the map

  function showPicking(flag) {
    isPicking = flag;
    byId("picking").hidden = !flag;
    byId("stage").classList.toggle("picking", flag);
  }

  function pick() {
    showPicking(true);
    yizhan.view("map");
    yizhan.source.map();
    byId("pick-centre").focus();
  }

  function picked(place) {
    showPicking(false);
    take(place, "picked");
    yizhan.pressed();
    yizhan.view("list");
    byId("panel").scrollTop = 0;
    byId("list").focus({ preventScroll: true });
  }

  // -- a district, or a text

  function districts() {
    var found = {}, box = byId("district"), names;
    for (var i = 0; i < yizhan.data.count; i++) if (get("district", i)) found["=" + get("district", i)] = true;
    names = Object.keys(found).map(function (name) { return name.slice(1); }).sort(function (a, b) {
      return a.localeCompare(b, "zh-CN") || (a < b ? -1 : 1);
    });
    box.replaceChildren.apply(box, [make("option", { value: "" }, [t("all_districts")])].concat(names.map(function (name) {
      return make("option", { value: name, dir: "auto" }, [name]);
    })));
    box.value = list.filters.district;
    box.hidden = names.length < 2;
  }

  function inputs() {
    if (byId("search").value.trim() !== list.filters.text) byId("search").value = list.filters.text;
    byId("district").value = list.filters.district;
    byId("mode").value = yizhan.nav.way().mode;
    byId("app").value = yizhan.nav.way().app;
  }

  // Everything here that depends on the language or on the stations that are known.
  function words() {
    say(message);
    byId("search").placeholder = t("search_hint");
    byId("app").replaceChildren.apply(byId("app"), yizhan.data.navigation.map(function (app) {
      return make("option", { value: app.code }, [yizhan.pick(app.label)]);
    }));
    districts();
    inputs();
  }

  function find() {
    clearTimeout(typing);
    if (byId("search").value.trim() !== list.filters.text) list.find(byId("search").value);
  }

  byId("search").addEventListener("input", function () { clearTimeout(typing); typing = setTimeout(find, TYPING_MS); });
  byId("find").addEventListener("submit", function (event) { event.preventDefault(); find(); byId("list").focus(); });
  byId("district").addEventListener("change", function () { list.setDistrict(this.value); });
  byId("mode").addEventListener("change", function () {
    yizhan.nav.set("mode", this.value);
    if (list.here()) along(list.here(), turn);
  });
  byId("app").addEventListener("change", function () { yizhan.nav.set("app", this.value); });
  byId("pick").addEventListener("click", pick);
  byId("pick-cancel").addEventListener("click", function () { showPicking(false); yizhan.view("list"); byId("nearby").focus(); });
  byId("nearby").addEventListener("click", function () {
    if (list.here()) { turn += 1; yizhan.nav.setTrips(null); list.setHere(null); say(null); yizhan.pressed(); } else locate();
  });
  yizhan.nav.onChange(function () { list.refresh(); });
  yizhan.source.onGrow(districts);

  return { words: words, inputs: inputs, pick: pick, picked: picked, say: say,
    isPicking: function () { return isPicking; },
    around: function (i) { take({ lon: get("lon", i), lat: get("lat", i) }, "around_station"); yizhan.pressed(); } };
})();
