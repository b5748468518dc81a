// The map of the review: what stands around, the lines and what cuts them, the nine positions, the stations.
yizhan.attach = function (map) {
  "use strict";
  var data = yizhan.data, get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, desk = yizhan.desk, signs = yizhan.signs;
  var DEEPEST = 21, CASE_M = 42, LONELY_M = 75, THINGS_FROM = 15.500, GATES_FROM = 17, SMALL_BELOW = 14.500, MOST_STREETS = 6000, GRID = 0.002;
  var INK = "#17252f", CUT = "#c03a00", MET = "#0072b2";
  map.options.maxZoom = DEEPEST;
  map.options.zoomSnap = 0.25;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.options.zoomAnimation = map.options.fadeAnimation = !calm;
  window.yizhanMap = map;

  // -- shapes: decoded once, found by a grid

  function decode(text) {
    var rings = [], points, x, y, at = 0;
    function number() {
      var value = 0, shift = 0, byte;
      do { byte = text.charCodeAt(at++) - 63; value += (byte & 31) * Math.pow(2, shift); shift += 5; } while (byte >= 32);
      return value % 2 ? -(value + 1) / 2 : value / 2;
    }
    while (at < text.length) {
      points = [];
      x = y = 0;
      while (at < text.length && text.charAt(at) !== " ") {
        x += number();
        y += number();
        points.push([data.origin[1] + y / data.per_degree, data.origin[0] + x / data.per_degree]);
      }
      at++;
      rings.push(points);
    }
    return rings;
  }

  function layerOf(name) {
    var given = data.layers[name], cells = {};
    var shapes = given.shapes.map(decode);
    var boxes = shapes.map(function (rings) {
      var box = [90, 180, -90, -180];
      rings[0].forEach(function (p) {
        box = [Math.min(box[0], p[0]), Math.min(box[1], p[1]), Math.max(box[2], p[0]), Math.max(box[3], p[1])];
      });
      return box;
    });
    boxes.forEach(function (box, k) {
      for (var a = Math.floor(box[0] / GRID); a <= Math.floor(box[2] / GRID); a++) {
        for (var b = Math.floor(box[1] / GRID); b <= Math.floor(box[3] / GRID); b++) {
          (cells[a + ":" + b] = cells[a + ":" + b] || []).push(k);
        }
      }
    });
    function value(column, k) {
      var values = given[column], number;
      if (!values) return null;
      if (Array.isArray(values)) return values[k];
      number = values.i[k];
      return number < 0 ? null : values.u[number];
    }
    function within(bounds) {
      var seen = {}, found = [], s = bounds.getSouth(), w = bounds.getWest(), n = bounds.getNorth(), e = bounds.getEast();
      if ((n - s) * (e - w) / GRID / GRID > 40000) return shapes.map(function (_, k) { return k; });
      for (var a = Math.floor(s / GRID); a <= Math.floor(n / GRID); a++) {
        for (var b = Math.floor(w / GRID); b <= Math.floor(e / GRID); b++) {
          (cells[a + ":" + b] || []).forEach(function (k) { if (!seen[k]) { seen[k] = true; found.push(k); } });
        }
      }
      return found.sort(function (p, q) { return p - q; });
    }
    return { shapes: shapes, value: value, within: within };
  }

  var layers = {};
  Object.keys(data.layers).forEach(function (name) { layers[name] = layerOf(name); });

  // -- controls

  var buttons = L.control({ position: "topleft" });
  buttons.onAdd = function () {
    var box = make("div", { "class": "buttons" }, []);
    [["zoom_in", "+", function () { map.zoomIn(); }], ["zoom_out", "−", function () { map.zoomOut(); }],
      ["zoom_case", "◎", function () { fitCase(); }], ["zoom_all", "⤢", function () { fitAll(); }]].forEach(function (entry) {
      var button = make("button", { type: "button", "data-label": entry[0], "aria-label": t(entry[0]), title: t(entry[0]) }, [entry[1]]);
      button.addEventListener("click", entry[2]);
      box.append(button);
    });
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  var notes = L.control({ position: "bottomleft" });
  notes.onAdd = function () { return make("p", { "class": "notes", dir: "auto" }, [data.attribution]); };
  buttons.addTo(map);
  if (data.attribution) notes.addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  // -- what stands around

  var ground = L.layerGroup().addTo(map), names = L.layerGroup().addTo(map), over = L.layerGroup().addTo(map), stations = L.layerGroup().addTo(map);
  var canvas = L.canvas({ padding: 0.4 });
  map.createPane("yz-names").style.zIndex = 450;
  map.createPane("yz-signs").style.zIndex = 620;
  map.createPane("yz-labels").style.zIndex = 640;

  function pixelsPerMetre() {
    return Math.pow(2, map.getZoom() + 8) / (40075016.686 * Math.cos(map.getCenter().lat * Math.PI / 180));
  }

  function line(points, style) {
    if (!points.length) return;
    ground.addLayer(L.polyline(points, Object.assign({ renderer: canvas, interactive: false, smoothFactor: 0.5, lineJoin: "round",
      lineCap: "butt" }, style)));
  }

  function area(rings, style) {
    if (!rings.length) return;
    ground.addLayer(L.polygon(rings, Object.assign({ renderer: canvas, interactive: false, smoothFactor: 0.5 }, style)));
  }

  function grouped(layer, some, keyOf) {
    var groups = {};
    some.forEach(function (k) {
      var key = keyOf(k);
      (groups[key] = groups[key] || []).push(k);
    });
    return groups;
  }

  function shapesOf(layer, some) { return some.map(function (k) { return layer.shapes[k]; }); }
  function flat(layer, some) { return [].concat.apply([], shapesOf(layer, some)); }

  function evidence() { return desk.selected() === null ? {} : data.evidence[desk.selected()] || {}; }

  // What the shown case names: id to the worst state in which a line meets it.
  function named() {
    var found = {}, rank = { open: 0, unknown: 1, closed: 2 };
    (evidence().lines || []).forEach(function (one) {
      one.cuts.forEach(function (cut) {
        [cut.gate || cut.osm_id].forEach(function (id) {
          if (!(id in found) || rank[cut.state] > rank[found[id]]) found[id] = cut.state;
        });
      });
    });
    return found;
  }

  function drawStreets(view, met) {
    var layer = layers.streets, some = layer.within(view), scale = pixelsPerMetre(), zoom = map.getZoom();
    if (some.length > MOST_STREETS) return;
    var parts = { other: [], weak: [], "public": [], met: [] };
    some.forEach(function (k) {
      var role = layer.value("role", k) || "weak";
      if (met && layer.value("osm_id", k) === met) parts.met.push(k);
      else (parts[role] || parts.weak).push(k);
    });
    function wide(k) { return Math.max(zoom < 15 ? 1.500 : 3, 2 * (layer.value("half_width_m", k) || 4) * scale); }
    function byWidth(some, draw) {
      var groups = grouped(layer, some, function (k) { return wide(k).toFixed(2); });
      Object.keys(groups).sort(function (a, b) { return a - b; }).forEach(function (width) { draw(flat(layer, groups[width]), +width); });
    }
    byWidth(parts.other, function (lines, width) { line(lines, { color: "#cfc6d4", weight: width }); });
    var thing = zoom >= THINGS_FROM;
    if (thing || parts.weak.length < 1500) line(flat(layer, parts.weak), { color: "#7c8a85", weight: thing ? 2 : 1, dashArray: thing ? "6 4" : null });
    byWidth(parts["public"], function (lines, width) { line(lines, { color: "#b6c0bc", weight: width + (thing ? 2.500 : 1.500), lineCap: "round" }); });
    byWidth(parts["public"], function (lines, width) { line(lines, { color: "#ffffff", weight: width, lineCap: "round" }); });
    byWidth(parts.met, function (lines, width) { line(lines, { color: MET, weight: width + 5, lineCap: "round" }); });
    byWidth(parts.met, function (lines, width) { line(lines, { color: "#d7ebf8", weight: width, lineCap: "round" }); });
  }

  function drawThings(view, cut) {
    var layer = layers.compounds, own = (evidence().anchor || {}).building, groups;
    area(shapesOf(layer, layer.within(view)), { stroke: false, fillColor: "#7b5ea7", fillOpacity: 0.06 });
    layer = layers.obstacles;
    groups = grouped(layer, layer.within(view), function (k) { return layer.value("kind", k) + (isArea(layer.shapes[k]) ? "" : "-line"); });
    area(shapesOf(layer, groups.water || []), { color: "#8fb0bf", weight: 1, fillColor: "#c5dae4", fillOpacity: 1 });
    line(flat(layer, groups["water-line"] || []), { color: "#8fb0bf", weight: 4 });
    line(flat(layer, (groups["rail-line"] || []).concat(groups.rail || [])), { color: "#5b6670", weight: 3, dashArray: "8 4" });
    layer = layers.buildings;
    var plain = [], mine = [], cutting = [];
    layer.within(view).forEach(function (k) {
      var id = layer.value("osm_id", k);
      (id && id === own ? mine : id && id in cut ? cutting : plain).push(k);
    });
    area(shapesOf(layer, plain), { color: "#b3ada0", weight: 1, fillColor: "#d8d4ca", fillOpacity: 1 });
    return function () {
      area(shapesOf(layer, mine), { color: INK, weight: 2, fillColor: "#fbe9b7", fillOpacity: 1 });
      area(shapesOf(layer, cutting), { color: CUT, weight: 2.500, fillColor: "#f3c6b0", fillOpacity: 1 });
    };
  }

  function isArea(rings) {
    var ring = rings[0], last = ring[ring.length - 1];
    return ring.length > 3 && ring[0][0] === last[0] && ring[0][1] === last[1];
  }

  function colourOf(state) { return state === "closed" ? CUT : state === "unknown" ? "#8a6100" : "#00624a"; }

  function drawBarriers(view, cut) {
    var layer = layers.borders, dash = { yes: null, no: "1 6", unknown: "8 6" };
    var groups = grouped(layer, layer.within(view), function (k) {
      var id = layer.value("osm_id", k);
      return (id in cut ? "cut-" + cut[id] : "plain") + "|" + (layer.value("closed", k) || "unknown");
    });
    Object.keys(groups).sort().reverse().forEach(function (key) {
      var part = key.split("|"), isCut = part[0] !== "plain";
      line(flat(layer, groups[key]), { color: isCut ? colourOf(part[0].slice(4)) : "#7b5ea7", weight: isCut ? 4 : 2.500,
        dashArray: dash[part[1]], lineCap: part[1] === "no" ? "round" : "butt" });
    });
    layer = layers.barriers;
    groups = grouped(layer, layer.within(view), function (k) {
      var id = layer.value("osm_id", k);
      return id in cut ? cut[id] : "plain";
    });
    line(flat(layer, groups.plain || []), { color: "#6b4a2b", weight: 3 });
    ["open", "unknown", "closed"].forEach(function (state) {
      line(flat(layer, groups[state] || []), { color: "#fff", weight: 9 });
      line(flat(layer, groups[state] || []), { color: colourOf(state), weight: 5 });
    });
  }

  function icon(at, picture, size, options) {
    var marker = L.marker(at, Object.assign({ interactive: false, keyboard: false, pane: "yz-signs" }, options, {
      icon: L.divIcon({ html: picture, className: "sign-icon", iconSize: [size, size] }) }));
    return marker;
  }

  function drawGates(view, cut) {
    if (map.getZoom() < GATES_FROM) return;
    layers.gates.within(view).forEach(function (k) {
      var id = layers.gates.value("osm_id", k), picture = signs.gate(layers.gates.value("state", k) || "unknown");
      names.addLayer(icon(layers.gates.shapes[k][0][0], picture, 18, { pane: "yz-names", zIndexOffset: id in cut ? 1000 : 0 }));
    });
    layers.entrances.within(view).forEach(function (k) {
      names.addLayer(icon(layers.entrances.shapes[k][0][0], signs.triangle(), 14, { pane: "yz-names" }));
    });
  }

  // One name per street in view, in the middle of its longest visible piece.
  function drawNames(view, met) {
    if (map.getZoom() < 16) return;
    var layer = layers.streets, best = {}, frame = map.getBounds(), taken = [];
    layer.within(frame).forEach(function (k) {
      var role = layer.value("role", k), isMet = met && layer.value("osm_id", k) === met;
      var name = layer.value("name", k) || (isMet ? met : null);
      if (!name || (role !== "public" && !isMet)) return;
      layer.shapes[k].forEach(function (points) {
        var run = points.filter(function (p) { return frame.contains(p); });
        if (run.length < 2) run = points.length === 2 || !run.length ? points : run;
        var a = map.latLngToContainerPoint(run[0]), b = map.latLngToContainerPoint(run[run.length - 1]);
        var size = map.getSize(), clipped = clip(a, b, size);
        if (!clipped) return;
        var length = Math.hypot(clipped[1].x - clipped[0].x, clipped[1].y - clipped[0].y) + (isMet ? 1e6 : 0);
        if (!best[name] || length > best[name].length) best[name] = { length: length, a: clipped[0], b: clipped[1], met: isMet };
      });
    });
    Object.keys(best).sort(function (p, q) { return best[q].length - best[p].length || (p < q ? -1 : 1); }).forEach(function (name) {
      var found = best[name], x = (found.a.x + found.b.x) / 2, y = (found.a.y + found.b.y) / 2;
      if (found.length < 60 || taken.some(function (q) { return Math.abs(q.x - x) < 110 && Math.abs(q.y - y) < 24; })) return;
      taken.push({ x: x, y: y });
      var turn = Math.atan2(found.b.y - found.a.y, found.b.x - found.a.x) * 180 / Math.PI;
      turn = ((turn + 270) % 180) - 90;
      var text = make("span", { "class": "street-name" + (found.met ? " met" : ""), dir: "auto" }, [name]);
      text.style.transform = "translate(-50%, -50%) rotate(" + turn.toFixed(1) + "deg)";
      names.addLayer(L.marker(map.containerPointToLatLng([x, y]), { interactive: false, keyboard: false, pane: "yz-names",
        icon: L.divIcon({ html: text, className: "street-name-box", iconSize: [0, 0] }) }));
    });
  }

  // The part of a segment inside the map, by Liang and Barsky; null when there is none.
  function clip(a, b, size) {
    var t0 = 0, t1 = 1, dx = b.x - a.x, dy = b.y - a.y, ok = true;
    [[-dx, a.x], [dx, size.x - a.x], [-dy, a.y], [dy, size.y - a.y]].forEach(function (edge) {
      if (edge[0] === 0) { if (edge[1] < 0) ok = false; return; }
      var r = edge[1] / edge[0];
      if (edge[0] < 0) t0 = Math.max(t0, r); else t1 = Math.min(t1, r);
    });
    if (!ok || t0 >= t1) return null;
    return [{ x: a.x + t0 * dx, y: a.y + t0 * dy }, { x: a.x + t1 * dx, y: a.y + t1 * dy }];
  }

  // -- the lines of the shown case and what cuts them

  function overLine(points, style) {
    var plain = { renderer: canvas, interactive: false, smoothFactor: 0 };
    over.addLayer(L.polyline(points, Object.assign({}, plain, { color: "#fff", weight: style.weight + 4, opacity: 0.9 })));
    over.addLayer(L.polyline(points, Object.assign({}, plain, style)));
  }

  function lineStyle(state, weight) {
    var given = signs.LINES[state] || signs.LINES.unknown;
    return { color: given.stroke, weight: weight, dashArray: given["stroke-dasharray"] || null, lineCap: given["stroke-linecap"] || "butt" };
  }

  function latLng(pair) { return [pair[1], pair[0]]; }

  function worst(cuts) {
    var order = ["closed", "unknown"];
    for (var r = 0; r < order.length; r++) for (var k = 0; k < cuts.length; k++) if (cuts[k].state === order[r]) return k;
    return cuts.length ? 0 : -1;
  }

  function drawLine(ends, cuts, at, state, main) {
    var weight = main ? 4 : 2.500, k = worst(cuts), here = k >= 0 && at[k] ? latLng(at[k]) : null;
    if (state === "closed" && here) {
      overLine([ends[0], here], { color: CUT, weight: weight });
      overLine([here, ends[1]], lineStyle("closed", weight));
    } else {
      overLine(ends, lineStyle(state, weight));
    }
    over.addLayer(L.circleMarker(ends[1], { renderer: canvas, interactive: false, radius: main ? 4 : 3, color: "#fff", weight: 1.500,
      fillColor: lineStyle(state, 1).color, fillOpacity: 1 }));
    over.addLayer(L.circleMarker(ends[0], { renderer: canvas, interactive: false, radius: main ? 4 : 3, color: INK, weight: 2,
      fillColor: "#fff", fillOpacity: 1 }));
  }

  function cutMark(state, px) {
    return make("span", { "class": "cut-mark cut-" + state + (px > 16 ? " big" : "") }, [state === "closed" ? "✕" : state === "open" ? "✓" : "?"]);
  }

  function drawCuts(line, at, main, taken) {
    var narrow = map.getSize().x < 480;
    line.cuts.forEach(function (cut, k) {
      if (!at[k]) return;
      var place = latLng(at[k]), p = map.latLngToContainerPoint(place), text, tag, y, across;
      over.addLayer(icon(place, cutMark(cut.state, main ? 20 : 14), main ? 20 : 14, { pane: "yz-signs", zIndexOffset: 500 }));
      if (!main) return;
      text = Math.round(cut.at_m) + " m · " + yizhan.word("obstacle", cut.gate ? "gate" : cut.kind) + " " + (cut.gate || cut.osm_id);
      if (!yizhan.isEnglish()) text = text.replace(" m ·", " 米 ·");
      // A wall that is a compound's border too meets the line at one gate: said once.
      if (taken.some(function (q) { return q.text === text; })) return;
      y = narrow ? 26 : 0;
      while (taken.some(function (q) { return Math.abs(q.x - p.x) < 210 && Math.abs(q.y - (p.y + y)) < 24; })) y += 24;
      taken.push({ x: p.x, y: p.y + y, text: text });
      across = narrow ? "-50%" : p.x > map.getSize().x - 240 ? "calc(-100% - 14px)" : "14px";
      tag = make("span", { "class": "cut-label cut-" + cut.state, dir: "auto" }, [text]);
      tag.style.transform = "translate(" + across + "," + (y - 12) + "px)";
      over.addLayer(L.marker(place, { interactive: false, keyboard: false, pane: "yz-labels",
        icon: L.divIcon({ html: tag, className: "cut-label-box", iconSize: [0, 0] }) }));
    });
  }

  function drawCase() {
    var i = desk.selected(), found = evidence(), lines = found.lines || [], taken = [];
    over.clearLayers();
    if (i === null) return;
    var ends = data.places.ends[i], cuts = data.places.cuts[i], main = data.lines[i];
    for (var k = lines.length - 1; k > 0; k--) {
      if (ends[k] && ends[k].length === 4) drawLine([[ends[k][1], ends[k][0]], [ends[k][3], ends[k][2]]], lines[k].cuts, cuts[k], lines[k].state, false);
    }
    if (main) {
      drawLine([latLng(main[0]), latLng(main[main.length - 1])], lines.length ? lines[0].cuts : [], cuts[0] || [],
        lines.length ? lines[0].state : "unknown", true);
    }
    for (k = lines.length - 1; k >= 0; k--) drawCuts(lines[k], cuts[k] || [], k === 0, taken);
    var here = [get("lat", i), get("lon", i)], nine = data.places.nine[i];
    over.addLayer(icon(here, signs.target(44), 44, { zIndexOffset: -100 }));
    var apart = nine.length > 1 && (found.sigma_m || 0) * pixelsPerMetre() >= 13;
    (apart ? nine.slice(1) : []).forEach(function (position) {
      over.addLayer(icon([position[1], position[0]], signs.sign(position[2], 17), 17, { zIndexOffset: 100 }));
    });
    var centre = nine.length ? nine[0][2] : get("street_facing", i);
    over.addLayer(icon(here, signs.sign(centre, 20), 20, { zIndexOffset: 200 }));
  }

  // -- stations

  function drawStations() {
    var view = map.getBounds().pad(0.1), px = map.getZoom() < SMALL_BELOW ? 16 : 22;
    stations.clearLayers();
    desk.shown().forEach(function (i) {
      var at = [get("lat", i), get("lon", i)];
      if (i === desk.selected() || !view.contains(at)) return;
      var marker = L.marker(at, { keyboard: false, title: get("name", i), riseOnHover: true,
        icon: L.divIcon({ html: signs.sign(desk.verdict(i), px), className: "case-icon", iconSize: [px, px] }) });
      marker.on("click", function () { desk.open(i); });
      marker.on("add", function () { marker.getElement().setAttribute("data-case", i); });
      stations.addLayer(marker);
    });
  }

  // -- drawing and views

  function draw() {
    if (!map.getSize().x) return;
    var view = map.getBounds().pad(0.3), street = evidence().street, met = street && street.osm_id, cut = named(), late;
    ground.clearLayers();
    names.clearLayers();
    if (map.getZoom() >= THINGS_FROM) late = drawThings(view, cut);
    drawStreets(view, met);
    if (late) { late(); drawBarriers(view, cut); }
    drawGates(view, cut);
    drawNames(view, met);
    drawCase();
    drawStations();
  }

  function fitCase() {
    var i = desk.selected();
    if (i === null || !map.getSize().x) return;
    var here = L.latLng(get("lat", i), get("lon", i)), box = here.toBounds(2 * (data.lines[i] ? CASE_M : LONELY_M));
    (data.lines[i] || []).forEach(function (p) { box.extend(latLng(p)); });
    (data.places.nine[i] || []).forEach(function (p) { box.extend([p[1], p[0]]); });
    map.fitBounds(box, { maxZoom: 19.500, paddingTopLeft: [24, 24], paddingBottomRight: [24, 40], animate: false });
  }

  function fitAll() {
    if (!data.count || !map.getSize().x) return;
    var all = desk.shown().length ? desk.shown() : Array.from({ length: data.count }, function (_, k) { return k; });
    map.fitBounds(L.latLngBounds(all.map(function (i) { return [get("lat", i), get("lon", i)]; })).pad(0.05), { maxZoom: 17,
      paddingTopLeft: [60, 30], paddingBottomRight: [30, 50], animate: false });
  }

  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("data-label", "map");
  map.getContainer().setAttribute("aria-label", t("map"));
  var lastShown = null, lastWidth = 0;
  fitAll();
  map.on("moveend zoomend", draw);
  map.on("resize", draw);
  desk.onChange(function (what) {
    var width = map.getSize().x;
    if (what === "view" || width === 0) map.invalidateSize({ pan: false });
    if (desk.selected() !== lastShown || (lastWidth === 0 && map.getSize().x > 0)) {
      lastShown = desk.selected();
      if (lastShown === null) fitAll(); else fitCase();
    }
    lastWidth = map.getSize().x;
    draw();
  });
  desk.start();
  draw();
};
