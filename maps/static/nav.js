// The way there: minutes, and plain links to the map apps, each by its address in the page's table and in its own coordinates.
yizhan.nav = (function () {
  "use strict";
  var KEY = "yizhan.way", DETOUR = 1.3, METRES_A_MINUTE = { ebike: 250, walk: 5000 / 60 }, LONGEST_MIN = 180;
  var NAME_LENGTH = 60, t = yizhan.t, get = yizhan.get, make = yizhan.make;
  var trips = null;
  var way = { mode: "ebike", app: yizhan.data.navigation[0].code }, listeners = [];

  // Remembered for the visit; a frame may forbid it.
  try {
    var kept = JSON.parse(sessionStorage.getItem(KEY) || "{}");
    if (METRES_A_MINUTE.hasOwnProperty(kept.mode)) way.mode = kept.mode;
    if (kept.app === appOf(kept.app).code) way.app = kept.app;
  } catch (error) { /* not remembered */ }

  // What separates the parts of an address in one of the apps, and halves of surrogate pairs, would break it.
  function nameOf(i) {
    return encodeURIComponent(Array.from((get("name", i) || "").replace(/[,|:;&#?\s]+/g, " ")).slice(0, NAME_LENGTH)
      .filter(function (character) { return !/^[\ud800-\udfff]$/.test(character); }).join("").trim());
  }

  function degrees(x) { return String(Number(x.toFixed(6))); }

  // The app by its code; the first of the table where it has no such code.
  function appOf(code) {
    return yizhan.data.navigation.filter(function (app) { return app.code === code; })[0] || yizhan.data.navigation[0];
  }

  function address(app) { return app[way.mode === "walk" ? "walk" : "ride"]; }

  function link(i, app) {
    var chosen = app || appOf(way.app), p = yizhan.coords[chosen.system]({ lon: get("lon", i), lat: get("lat", i) });
    var values = { lon: degrees(p.lon), lat: degrees(p.lat), name: nameOf(i) };
    return address(chosen).replace(/\{(lon|lat|name)\}/g, function (all, name) { return values[name]; });
  }

  // Some apps document no ride on the web: then the station is opened, and the ride is chosen in the app.
  function opensPlaceOnly(app) { return address(app).indexOf("/marker?") > 0; }

  // The one large button.
  function button(i, className) {
    var app = appOf(way.app), key = opensPlaceOnly(app) ? "navigate_place" : way.mode === "walk" ? "navigate_walk" : "navigate_ride";
    var label = t(key, { name: get("name", i), app: yizhan.pick(app.label) });
    return make("a", { "class": className, href: link(i), target: "_blank", rel: "noopener noreferrer", "aria-label": label },
      [t("navigate")]);
  }

  // Smaller links to the other apps, for the details.
  function others(i) {
    var rest = yizhan.data.navigation.filter(function (app) { return app !== appOf(way.app); });
    return make("p", { "class": "apps" }, rest.map(function (app) {
      return make("a", { "class": "app", href: link(i, app), target: "_blank", rel: "noopener noreferrer" }, [yizhan.pick(app.label)]);
    }).concat(yizhan.data.navigation.some(opensPlaceOnly) ? [make("small", {}, [t("ride_in_app")])] : []));
  }

  // The trip along the streets to a station, by the way chosen; null where none is known.
  function tripTo(i) { return trips && trips.mode === way.mode && trips.to[i] || null; }

  // Seconds to a station: along the streets where that is known, else from the straight distance.
  function seconds(straight_m, i) {
    var trip = tripTo(i);
    if (trip) return trip.s;
    return Math.max(guess(straight_m), trips && trips.mode === way.mode ? trips.least_s : 0);
  }

  function guess(straight_m) { return straight_m * DETOUR / METRES_A_MINUTE[way.mode] * 60; }

  // Minutes, by the way chosen; null where it is too far to say, or where the streets refute the estimate.
  function minutes(straight_m, i) {
    var trip = tripTo(i), s = trip ? trip.s : guess(straight_m);
    if (!trip && s < seconds(straight_m, i)) return null;
    var found = Math.max(1, Math.ceil(s / 60));
    return found > LONGEST_MIN ? null : found;
  }

  function arrival(straight_m, ms, i) { return ms + seconds(straight_m, i) * 1000; }

  function set(name, value) {
    way[name] = value;
    try { sessionStorage.setItem(KEY, JSON.stringify(way)); } catch (error) { /* not remembered */ }
    listeners.forEach(function (listener) { listener(); });
  }

  return { link: link, button: button, others: others, minutes: minutes, arrival: arrival, seconds: seconds, set: set,
    setTrips: function (found) { trips = found; },
    way: function () { return way; },
    minutesText: function (straight_m, i) {
      var n = minutes(straight_m, i);
      return n === null ? "" : tripTo(i)
        ? t(way.mode === "walk" ? "streets_walk" : "streets_ebike", { n: n })
        : t(way.mode === "walk" ? "minutes_walk" : "minutes_ebike", { n: n });
    },
    onChange: function (listener) { listeners.push(listener); } };
})();
