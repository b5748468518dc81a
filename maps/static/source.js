// Where stations come from: written into the page, or fetched from beside it. Whoever asks need not know which.
yizhan.source = (function () {
  "use strict";
  // {nearest, network, station, overview, cells, tile, tiles_from, scripts, sheets, adcode}: addresses relative to this page;
  // overview is null where there are too many stations for one answer, cells and tile where there are not.
  var from = yizhan.data.source || null, isServed = from !== null, isLarge = isServed && !from.overview;
  var NEAREST = 20, FOREGROUND_MS = 15000, SLOW_MS = 60000;
  var busy = 0, waiting = [], growing = [], asked = {}, cut = null;

  // What a person waits for goes first: the rest begins when nothing of that is under way.
  function quiet() {
    return new Promise(function (resolve) { if (busy) waiting.push(resolve); else resolve(); });
  }

  function during(promise) {
    busy += 1;
    if (cut) cut();
    function done() {
      busy -= 1;
      if (!busy) waiting.splice(0).forEach(function (go) { go(); });
    }
    promise.then(done, done);
    return promise;
  }

  function fetched(url, options, patience_ms) {
    var control = new AbortController(), given = Object.assign({ signal: control.signal, credentials: "omit" }, options);
    var timer = setTimeout(function () { control.abort(); }, patience_ms), answer = fetch(url, given).then(function (found) {
      if (!found.ok) throw new Error("HTTP " + found.status);
      return found.json();
    });
    answer.abort = function () { control.abort(); };
    function stop() { clearTimeout(timer); }
    answer.then(stop, stop);
    return answer;
  }

  // Fetched in the background; given up for whatever a person asks meanwhile, and taken up again after it.
  function aside(url) {
    return quiet().then(function () {
      var answer = fetched(url, { priority: "low" }, SLOW_MS), wasCut = false;
      function cutThis() { wasCut = true; answer.abort(); }
      cut = cutThis;
      function done() { if (cut === cutThis) cut = null; }
      answer.then(done, done);
      return answer.catch(function (error) {
        if (wasCut) return aside(url);
        throw error;
      });
    });
  }

  function grown(stations) {
    if (stations.length) growing.forEach(function (listener) { listener(stations); });
    return stations;
  }

  // Runs once; after a failure it may be tried again.
  function once(name, run) {
    if (!asked[name]) {
      asked[name] = run();
      asked[name].catch(function () { delete asked[name]; });
    }
    return asked[name];
  }

  // -- all stations

  var settle, ready = new Promise(function (resolve) { settle = resolve; });
  if (!isServed || isLarge) settle();

  function load() {
    if (!isServed || isLarge) return ready;
    return once("overview", function () {
      return aside(from.overview).then(function (answer) {
        ["data_date", "data_version", "valid_until", "left_out"].forEach(function (name) {
          yizhan.data[name] = answer[name];
        });
        yizhan.data.total = answer.count;
        yizhan.data.complete = true;
        grown(yizhan.addColumns(answer.columns, answer.count));
        settle();
      });
    });
  }

  // -- the nearest

  // Facts as the interface names them become columns of the page.
  function taken(row) {
    var facts = Object.assign({}, row), reason = row.street_facing_reason || {};
    facts.street_facing_zh = reason.zh || null;
    facts.street_facing_en = reason.en || null;
    return yizhan.addFacts(facts);
  }

  function nearestHere(place, k) {
    var all = [], count = yizhan.data.count;
    for (var i = 0; i < count; i++) {
      if (yizhan.get("lon", i) === null) continue;
      all.push([yizhan.metres(place, { lon: yizhan.get("lon", i), lat: yizhan.get("lat", i) }), i]);
    }
    all.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    return all.slice(0, k).map(function (pair) { return pair[1]; });
  }

  // Numbers of the k stations nearest to {lon, lat} (WGS-84), nearest first. ``wanted``: {k, ...filters of the interface};
  // filters count only where the interface answers. The position stands in the body, never in an address.
  function nearest(place, wanted) {
    var asked = Object.assign({ k: NEAREST }, wanted);
    if (!isServed || yizhan.data.complete) return Promise.resolve(nearestHere(place, asked.k));
    var body = Object.assign({ lon: place.lon, lat: place.lat, coordsys: "wgs84" }, asked);
    if (from.adcode) body.adcode = from.adcode;
    return during(fetched(from.nearest, { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body), priority: "high" }, FOREGROUND_MS)).then(function (answer) {
      return grown(answer.results.map(taken));
    });
  }

  // Trips along the streets to the stations reached soonest from {lon, lat}: {number: {s, m}}, and least_s, which no other
  // station can beat. Null where the interface has no streets for this mode, or the place is at none.
  function trips(place, mode) {
    if (!isServed || !from.network) return Promise.resolve(null);
    return once("network", function () { return aside(from.network); }).then(function (network) {
      if (network.state === "loading") delete asked.network;
      if (!network.modes[mode]) return null;
      var body = { lon: place.lon, lat: place.lat, coordsys: "wgs84", k: NEAREST, by: mode };
      if (from.adcode) body.adcode = from.adcode;
      return fetched(from.nearest, { method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body) }, FOREGROUND_MS).then(function (answer) {
        var found = {}, numbers = answer.results.map(taken), rows = answer.results;
        numbers.forEach(function (i, k) { found[i] = { s: rows[k].travel_s, m: rows[k].travel_m }; });
        grown(numbers);
        return { to: found, least_s: rows.length < NEAREST ? answer.travel.limit_s : rows[rows.length - 1].travel_s };
      });
    }).catch(function () { return null; });
  }

  // -- one station

  function fetchStation(id) {
    return once("s" + id, function () {
      return during(fetched(from.station + encodeURIComponent(id), {}, FOREGROUND_MS)).then(function (answer) {
        return taken(answer.station);
      });
    });
  }

  // The station's number once all its facts are at hand.
  function details(i) {
    return isServed ? fetchStation(yizhan.get("station_id", i)) : Promise.resolve(i);
  }

  // The number of the station of this id, null where there is none.
  function station(id) {
    var i = yizhan.find(id);
    if (i !== null || !isServed) return Promise.resolve(i);
    return fetchStation(id).then(function (number) { return grown([number])[0]; }, function () { return null; });
  }

  // -- many stations: cells from afar, tiles from nearby

  // Cells in view: {lon, lat, glon, glat, n, n24, west, south, east, north} each; bbox = [west, south, east, north], WGS-84.
  function cells(zoom, bbox) {
    var address = from.cells + (from.cells.indexOf("?") < 0 ? "?" : "&") + "z=" + zoom + "&bbox=" + bbox.map(function (x) {
      return x.toFixed(3);
    }).join(",");
    return fetched(address, {}, SLOW_MS).then(function (answer) {
      var names = Object.keys(answer.columns), columns = answer.columns;
      return answer.columns.n.map(function (_, k) {
        var cell = {};
        names.forEach(function (name) { cell[name] = columns[name][k]; });
        return cell;
      });
    });
  }

  // Numbers of the stations in one tile (web Mercator over WGS-84, zoom = data.source.tiles_from).
  function tile(z, x, y) {
    var address = from.tile.replace("{z}", z).replace("{x}", x).replace("{y}", y);
    return once("t" + address, function () {
      return fetched(address, {}, SLOW_MS).then(function (answer) {
        return grown(yizhan.addColumns(answer.columns, answer.count));
      });
    });
  }

  // -- the map's own files

  function element(tag, attributes) {
    return new Promise(function (resolve, reject) {
      var made = yizhan.make(tag, attributes);
      made.async = false;  // in order
      made.onload = resolve;
      made.onerror = reject;
      document.head.append(made);
    });
  }

  // Leaflet and the script of the map, then the map itself; at once where the page brings them.
  function map() {
    if (!isServed) return Promise.resolve();
    return once("map", function () {
      return quiet().then(function () {
        // Where a stock layer needed Leaflet before, it is here already.
        var files = window.L ? from.scripts.slice(1) : from.scripts;
        return Promise.all(from.sheets.map(function (url) { return element("link", { rel: "stylesheet", href: url }); })
          .concat(files.map(function (url) { return element("script", { src: url }); })));
      }).then(function () { window.yizhanStart(); });
    });
  }

  return { isServed: isServed, isLarge: isLarge, ready: ready, load: load, map: map, nearest: nearest, trips: trips, details: details,
    station: station, cells: cells, tile: tile, quiet: quiet,
    onGrow: function (listener) { growing.push(listener); } };
})();
