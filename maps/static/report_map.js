// The map: cells, outlines, gaps, stations by their state at the hour, proposed sites in order.
yizhan.attach = function (map) {
  "use strict";
  var data = yizhan.data, report = yizhan.report, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, cells = yizhan.cells;
  var NAMES_FROM = 11.500, NUMBERED = 99, HIT_PX = 14, MOST_NAMES = 40;
  map.options.zoomSnap = 0.5;
  map.options.maxZoom = 18;
  map.options.minZoom = 5;
  map.options.zoomAnimation = map.options.fadeAnimation = map._zoomAnimated = false;
  map.getContainer().setAttribute("aria-label", t("map"));
  window.yizhanMap = map;

  var on = { sites: true, stations: true, gaps: true, lines: true }, plan = 0, isChosen = false;

  // -- panes and canvases

  function pane(name, z) { map.createPane(name).style.zIndex = z; return map.getPane(name); }
  function canvasIn(name, z, kind) {
    var canvas = make("canvas", { "class": kind, "aria-hidden": "true" });
    pane(name, z).append(canvas);
    return canvas;
  }
  var ground = canvasIn("yz-cells", 300, "yz-cells"), marks = canvasIn("yz-marks", 450, "yz-marks");
  pane("yz-names", 440);
  var vector = L.canvas({ padding: 0.3 }), lines = L.layerGroup().addTo(map), gaps = L.layerGroup().addTo(map), names = L.layerGroup().addTo(map);

  // -- shapes in the writing of maps/surroundings.py

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

  function streetLines(rank) {
    return rank.map(function (steps) {
      var x = 0, y = 0, points = [];
      for (var k = 0; k < steps.length; k += 2) { x += steps[k]; y += steps[k + 1]; points.push([y / 1e6, x / 1e6]); }
      return points;
    });
  }

  var streets = data.streets.map(streetLines), outlines = {};
  ["township", "district"].forEach(function (name) { outlines[name] = [].concat.apply([], data.lines[name].map(decode)); });
  data.gaps.forEach(function (group) { group.rings = group.shapes.map(decode); });

  function quiet(style) { return Object.assign({ renderer: vector, interactive: false, fill: false, smoothFactor: 0.7 }, style); }
  function drawLines() {
    lines.clearLayers();
    if (!on.lines) return;
    if (streets[1] && map.getZoom() >= 12) lines.addLayer(L.polyline(streets[1], quiet({ color: "#5a6a73", weight: 1, opacity: 0.55 })));
    if (streets[0]) lines.addLayer(L.polyline(streets[0], quiet({ color: "#47565f", weight: 1.5, opacity: 0.6 })));
    if (outlines.township.length && map.getZoom() >= 11) lines.addLayer(L.polyline(outlines.township, quiet({ color: "#6d7c86", weight: 0.8, opacity: 0.7 })));
    if (outlines.district.length) lines.addLayer(L.polyline(outlines.district, quiet({ color: "#17252f", weight: 2.4, dashArray: "9 4 2 4" })));
  }

  // -- gaps: drawn where they are known for the chosen moment

  function gapGroup() {
    var state = report.state, moment = state.mode !== "hour" ? state.mode : state.slot === data.night_slot ? "0200" : null;
    return data.gaps.filter(function (group) { return group.standard === state.standard && group.moment === moment; })[0] || null;
  }

  function drawGaps() {
    var group = gapGroup();
    gaps.clearLayers();
    if (!group || !on.gaps) return;
    group.rings.forEach(function (rings, k) {
      gaps.addLayer(L.polygon(rings, quiet({ color: "#17252f", weight: map.getZoom() < 12 ? 0.9 : group.row[k] < 10 ? 2 : 1 })));
    });
  }

  // -- stations and sites

  var weeks = data.stations.weeks ? report.octets(data.stations.weeks) : null;
  function stateOf(i) {
    var state = report.state;
    if (data.stations.always[i]) return "24h";
    if (!data.stations.known[i]) return "unknown";
    if (state.mode === "any" || (state.mode === "hour" && weeks && cells.bit(weeks, i, state.slot))) return "open";
    return "closed";
  }

  function signs(context, x, y, kind, size) {
    context.beginPath();
    if (kind === "24h") { context.moveTo(x, y - 1.5 * size); context.lineTo(x + 1.5 * size, y); context.lineTo(x, y + 1.5 * size); context.lineTo(x - 1.5 * size, y); context.closePath(); }
    else if (kind === "unknown") context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
    else context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = kind === "24h" ? "#0072b2" : kind === "open" ? "#17252f" : "#fff";
    context.fill();
    context.setLineDash(kind === "unknown" ? [2, 2] : []);
    context.lineWidth = size < 3 ? 1 : 1.5;
    context.strokeStyle = kind === "open" || kind === "24h" ? "#fff" : "#17252f";
    context.stroke();
    context.setLineDash([]);
  }

  function drawMarks() {
    var size = map.getSize(), scale = Math.min(window.devicePixelRatio || 1, 2), context = marks.getContext("2d");
    marks.width = size.x * scale;
    marks.height = size.y * scale;
    marks.style.width = size.x + "px";
    marks.style.height = size.y + "px";
    L.DomUtil.setPosition(marks, map.containerPointToLayerPoint([0, 0]));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    var many = data.stations.lon.length > 150, zoom = map.getZoom(), radius = zoom < 12 && many ? 2.2 : zoom < 11 ? 2.8 : zoom < 13 ? 4 : 6, order = { closed: 0, unknown: 1, open: 2, "24h": 3 }, drawn = [];
    if (on.stations) {
      data.stations.lon.forEach(function (lon, i) {
        var p = map.latLngToContainerPoint([data.stations.lat[i], lon]);
        if (p.x > -20 && p.y > -20 && p.x < size.x + 20 && p.y < size.y + 20) drawn.push([p, stateOf(i)]);
      });
      drawn.sort(function (a, b) { return order[a[1]] - order[b[1]]; });
      drawn.forEach(function (one) { signs(context, one[0].x, one[0].y, one[1], one[1] === "24h" && radius < 3 ? 3.4 : radius); });
    }
    var sites = data.sites[plan];
    if (!sites || !on.sites) return;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (var k = sites.lon.length - 1; k >= 0; k--) {
      var at = map.latLngToContainerPoint([sites.lat[k], sites.lon[k]]), isSmall = k >= NUMBERED || (k >= 20 && map.getZoom() < 11) || (k >= 10 && map.getZoom() < 10);
      var half = isSmall ? 4 : k < 9 ? 9 : 11;
      context.fillStyle = "#17252f";
      context.strokeStyle = "#fff";
      context.lineWidth = 1.5;
      context.beginPath();
      context.rect(at.x - half, at.y - (isSmall ? 4 : 9), 2 * half, isSmall ? 8 : 18);
      context.fill();
      context.stroke();
      if (isSmall) continue;
      context.fillStyle = "#fff";
      context.font = "700 12px system-ui, sans-serif";
      context.fillText(String(k + 1), at.x, at.y + 0.5);
    }
  }

  // -- names of districts from afar, of townships from nearby

  function drawNames() {
    names.clearLayers();
    if (!on.lines) return;
    var near = map.getZoom() >= NAMES_FROM, view = map.getBounds(), shown = 0;
    data.labels[near ? "township" : "district"].forEach(function (label) {
      if (!view.contains([label[1], label[0]]) || shown++ > MOST_NAMES) return;
      names.addLayer(L.marker([label[1], label[0]], { interactive: false, keyboard: false, pane: "yz-names",
        icon: L.divIcon({ className: "area-name-box", iconSize: [0, 0], html: make("span", { "class": "area-name", dir: "auto" }, [label[2]]) }) }));
    });
  }

  // -- drawing

  function draw() {
    if (!map.getSize().x) return;
    cells.draw(map, ground, report.state);
    drawMarks();
  }
  function drawAll() { drawLines(); drawGaps(); drawNames(); draw(); }

  map.on("moveend zoomend resize", function () { drawLines(); drawNames(); draw(); });
  map.on("zoomend", drawGaps);
  report.onChange(function () { relabel(); follow(); drawGaps(); draw(); });

  // The plan made for the chosen moment, until the reader chooses one.
  function follow() {
    var state = report.state, moment = state.mode === "any" || (state.mode === "hour" && state.slot !== data.night_slot) ? "any" : "0200";
    if (isChosen) return;
    data.sites.forEach(function (group, k) { if (group.standard === state.standard && group.moment === moment) plan = k; });
    if (byId("plan")) byId("plan").value = String(plan);
  }

  function fitAll() {
    var box = data.cells.box;
    map.fitBounds(data.cells.n ? [[box[1], box[0]], [box[3], box[2]]] : [[20, 95], [45, 125]], { animate: false, padding: [14, 14] });
  }

  // -- what is under the pointer

  function nearest(lons, lats, point) {
    var best = -1, least = HIT_PX;
    lons.forEach(function (lon, k) {
      var far = map.latLngToContainerPoint([lats[k], lon]).distanceTo(point);
      if (far < least) { least = far; best = k; }
    });
    return best;
  }

  function trip(standard, value) {
    if (value === null) return t("no_way");
    if (standard === "walk") return t("minutes", { n: (value / 60).toFixed(1) });
    return value < 1000 ? t("metres", { n: value }) : t("kilometres", { n: (value / 1000).toFixed(1) });
  }

  function tell(event) {
    var point = map.latLngToContainerPoint(event.latlng), sites = on.sites && data.sites[plan], k, cell, about, place;
    k = sites ? nearest(sites.lon, sites.lat, point) : -1;
    if (k >= 0) return t("info_site", { rank: k + 1, name: Array.isArray(sites.name[k]) ? yizhan.pick(sites.name[k]) : sites.name[k], n: report.amount(sites.gain[k]) });
    k = on.stations ? nearest(data.stations.lon, data.stations.lat, point) : -1;
    if (k >= 0) return t("info_station", { name: data.stations.name[k], state: t("key_" + stateOf(k)) });
    cell = cells.find(event.latlng.lat, event.latlng.lng);
    if (cell < 0) return t("info");
    about = cells.about(cell);
    place = about.area < 0 ? t("no_place") : yizhan.pick(data.towns.names[about.area]);
    return t(data.cells.grouped ? "info_group" : "info_cell", { place: place, n: report.amount(about.weight), walk: trip("walk", about.walk),
      straight: trip("straight", about.straight), hours: about.hours });
  }
  map.on("click", function (event) {
    byId("info").dir = "auto";
    byId("info").textContent = tell(event);
  });

  // -- controls and legend

  var buttons = L.control({ position: "topleft" });
  buttons.onAdd = function () {
    var held = make("div", { "class": "buttons" });
    [["zoom_in", "+", function () { map.zoomIn(1); }], ["zoom_out", "−", function () { map.zoomOut(1); }], ["zoom_all", "⤢", fitAll]].forEach(function (entry) {
      var button = make("button", { type: "button", "data-label": entry[0], "aria-label": t(entry[0]), title: t(entry[0]) }, [entry[1]]);
      button.addEventListener("click", entry[2]);
      held.append(button);
    });
    L.DomEvent.disableClickPropagation(held);
    return held;
  };
  buttons.addTo(map);
  if (data.attribution) {
    var notes = L.control({ position: "bottomleft" });
    notes.onAdd = function () { return make("p", { "class": "notes", dir: "auto" }, [data.attribution]); };
    notes.addTo(map);
  }
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  if (data.stand_in) {
    byId("stage").classList.add("labelled");
    byId("stage").append(make("p", { "class": "watermark", dir: "auto" }, [data.stand_in_words[0]]));
  }

  function svg(tag, attributes) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    return element;
  }
  function keyOf(name, shapes) {
    var picture = svg("svg", { viewBox: "0 0 34 20", "aria-hidden": "true" });
    shapes.forEach(function (shape) { picture.append(svg(shape[0], shape[1])); });
    return make("div", { "class": "key" }, [picture, make("span", {}, [t(name)])]);
  }
  function box(x, fill) { return ["rect", { x: x, y: 3, width: 11, height: 14, fill: fill }]; }
  function round(fill, stroke) { return ["circle", { cx: 17, cy: 10, r: 6, fill: fill, stroke: stroke, "stroke-width": 1.6 }]; }

  function legend() {
    var left = cells.colours.left, stroke = { stroke: "#fff", "stroke-width": 1.2, opacity: 0.7 };
    var keys = [
      keyOf("key_covered", [["rect", { x: 0, y: 3, width: 34, height: 14, fill: cells.colours.covered }]]),
      keyOf("key_left", [box(0, left[0]), box(11.5, left[1]), box(23, left[2])].concat([4, 12, 20, 28].map(function (x) {
        return ["path", Object.assign({ d: "M" + (x - 6) + " 17L" + (x + 6) + " 3" }, stroke)];
      }))),
      keyOf("key_24h", [["path", { d: "M17 1 26 10 17 19 8 10Z", fill: "#0072b2", stroke: "#fff" }]]),
      keyOf("key_open", [round("#17252f", "#fff")]),
      keyOf("key_closed", [round("#fff", "#17252f")]),
      keyOf("key_unknown", [["rect", { x: 11, y: 4, width: 12, height: 12, fill: "#fff", stroke: "#17252f", "stroke-width": 1.6, "stroke-dasharray": "2 2" }]]),
      data.sites.length ? keyOf("key_site", [["rect", { x: 7, y: 2, width: 20, height: 16, fill: "#17252f" }], ["path", { d: "M15 7l2-1.500v9", stroke: "#fff", fill: "none", "stroke-width": 1.8 }]]) : null,
      keyOf("key_gap", [["path", { d: "M3 4h20l8 6-6 7H5Z", fill: "none", stroke: "#17252f", "stroke-width": 2 }]])
    ];
    var layers = Object.keys(on).map(function (name) {
      var input = make("input", { type: "checkbox" });
      input.checked = on[name];
      input.addEventListener("change", function () { on[name] = input.checked; drawAll(); });
      return make("label", {}, [input, t("layer_" + name)]);
    });
    byId("legend-body").replaceChildren.apply(byId("legend-body"), keys.concat([make("div", {}, layers), plans()]).filter(Boolean));
  }

  function plans() {
    if (data.sites.length < 2) return null;
    var select = make("select", {}, data.sites.map(function (group, k) { return make("option", { value: k }, [yizhan.pick(group.label)]); }));
    select.value = String(plan);
    select.id = "plan";
    select.addEventListener("change", function () { plan = Number(select.value); isChosen = true; draw(); });
    return make("label", { "class": "plan" }, [t("plan"), select]);
  }

  var told = null;
  function relabel() {
    if (told === yizhan.isEnglish()) return;
    told = yizhan.isEnglish();
    report.each("#stage [data-label]", function (element) { element.title = t(element.dataset.label); });
    byId("info").textContent = t("info");
    if (data.stand_in) document.querySelector(".watermark").textContent = yizhan.pick(data.stand_in_words);
    legend();
  }
  if (window.matchMedia("(max-width: 980px)").matches) byId("legend").open = false;
  map.invalidateSize({ pan: false });
  fitAll();
  relabel();
  follow();
  drawAll();
};
