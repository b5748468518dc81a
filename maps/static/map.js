// The map: background, stations as markers or clusters of the current view, notes fixed at the lower left.
yizhan.attach = function (map) {
  "use strict";
  var data = yizhan.data, get = yizhan.get, t = yizhan.t, make = yizhan.make, byId = yizhan.byId, list = yizhan.list;
  var SPACING_PX = 45, LED_AT_MOST = 9, INSEPARABLE_M = 5, SELECTED_ZOOM = 15, DEEPEST = data.base ? data.base.max_zoom : 19, shifted = data.system === "gcj02";
  var STREETS = [[7, 5], [5, 3.500], [3.500, 2.200], [0, 1]];
  map.options.maxZoom = DEEPEST;
  map.options.zoomSnap = data.base ? 1 : 0.25;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.options.zoomAnimation = map.options.fadeAnimation = !calm;
  window.yizhanMap = map;

  // Between WGS-84 and what the base map is drawn in.
  function toMap(p) {
    var at = shifted ? yizhan.coords.gcj02(p) : p;
    return [at.lat, at.lon];
  }

  function toWgs84(latlng) {
    var p = { lon: latlng.lng, lat: latlng.lat };
    return shifted ? yizhan.coords.fromGcj02(p) : p;
  }

  function place(i) { return toMap({ lon: get("lon", i), lat: get("lat", i) }); }

  // -- controls

  var buttons = L.control({ position: "topleft" });
  buttons.onAdd = function () {
    var box = make("div", { "class": "buttons" }, []);
    [["zoom_in", "+", function () { map.zoomIn(); }], ["zoom_out", "−", function () { map.zoomOut(); }],
      ["zoom_all", "⤢", fitAll], ["pick", "◎", yizhan.near.pick]].forEach(function (entry) {
      var button = make("button", { type: "button", "data-label": entry[0], "aria-label": t(entry[0]) }, [entry[1]]);
      button.addEventListener("click", entry[2]);
      box.append(button);
    });
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  var sources = [
    data.base && data.base.attribution, data.base && data.base.approval,
    data.streets && data.streets_attribution, data.attribution
  ].filter(Boolean).join(" · ");
  var notes = L.control({ position: "bottomleft" });
  notes.onAdd = function () { return make("p", { "class": "notes", dir: "auto" }, [sources]); };
  buttons.addTo(map);
  L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);
  if (sources) notes.addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  // -- background

  function tiles() {
    data.base.urls.forEach(function (url) {
      var layer = L.tileLayer(url, { maxZoom: DEEPEST, subdomains: data.base.subdomains, attribution: "" });
      layer.on("tileerror", function () { byId("tiles-failed").hidden = false; });
      layer.on("tileload", function () { byId("tiles-failed").hidden = true; });
      layer.addTo(map);
    });
  }

  function unpack(line) {
    var x = 0, y = 0, points = [];
    for (var k = 0; k < line.length; k += 2) {
      x += line[k];
      y += line[k + 1];
      points.push([y / 1e6, x / 1e6]);
    }
    return points;
  }

  function streets() {
    map.createPane("yz-streets").style.zIndex = 210;
    map.createPane("yz-names").style.zIndex = 220;
    var canvas = L.canvas({ pane: "yz-streets", padding: 0.3 });
    var ranks = data.streets.lines.map(function (lines) { return lines.map(unpack); });
    function draw(rank, width, color, dash) {
      if (!ranks[rank].length || !width) return;
      var layer = L.polyline(ranks[rank], { renderer: canvas, interactive: false, color: color, weight: width,
        lineCap: "round", lineJoin: "round", smoothFactor: 1, dashArray: dash || null });
      layer.addTo(map);
      return layer;
    }
    var rank, drawn = [];
    drawn.push([draw(3, 1, "#d3dad6"), 3, 0]);
    for (rank = 2; rank >= 0; rank--) drawn.push([draw(rank, STREETS[rank][0], "#c9d2ce"), rank, 0]);
    for (rank = 2; rank >= 0; rank--) drawn.push([draw(rank, STREETS[rank][1], "#ffffff"), rank, 1]);
    function widths() {
      var scale = Math.max(0.6, Math.min(2.400, Math.pow(1.45, map.getZoom() - 15)));
      drawn.forEach(function (entry) {
        if (entry[0] && entry[1] < 3) entry[0].setStyle({ weight: STREETS[entry[1]][entry[2]] * scale });
      });
    }
    map.on("zoomend", widths);
    widths();
  }

  var nameLayer = L.layerGroup();
  function streetNames() {
    nameLayer.clearLayers();
    if (!data.streets || map.getZoom() < 15) return;
    var view = map.getBounds(), taken = [];
    data.streets.labels.forEach(function (label) {
      var at = [label[2] / 1e6, label[1] / 1e6], p;
      if (!view.contains(at)) return;
      p = map.latLngToContainerPoint(at);
      if (taken.some(function (q) { return Math.abs(q.x - p.x) < 90 && Math.abs(q.y - p.y) < 26; })) return;
      taken.push(p);
      var text = make("span", { "class": "street-name" }, [label[0]]);
      text.style.transform = "translate(-50%, -50%) rotate(" + label[3] + "deg)";
      nameLayer.addLayer(L.marker(at, { interactive: false, keyboard: false, pane: "yz-names",
        icon: L.divIcon({ html: text, className: "street-name-box", iconSize: [0, 0] }) }));
    });
  }

  if (data.base) tiles();
  if (data.streets) { streets(); nameLayer.addTo(map); }

  // -- stations

  var markers = L.layerGroup().addTo(map), me = null, unit = [];
  function project() {
    for (var i = unit.length; i < data.count; i++) unit.push(map.project(place(i), 0));
  }

  // Greedy: 24-hour stations first; whoever stands within the spacing of an earlier one joins it.
  function groups() {
    var scale = Math.pow(2, map.getZoom()), cells = {}, found = [], view = map.getPixelBounds();
    project();
    var margin = SPACING_PX * 2, order = list.shown().slice();
    if (far()) order = order.filter(function (i) { return i === yizhan.selected(); });
    order.sort(function (a, b) { return (list.is24h(b) ? 1 : 0) - (list.is24h(a) ? 1 : 0) || a - b; });
    order.forEach(function (i) {
      if (i === yizhan.selected()) { found.push({ x: unit[i].x * scale, y: unit[i].y * scale, members: [i] }); return; }
      var x = unit[i].x * scale, y = unit[i].y * scale, column = Math.floor(x / SPACING_PX);
      if (x < view.min.x - margin || x > view.max.x + margin || y < view.min.y - margin || y > view.max.y + margin) return;
      var line = Math.floor(y / SPACING_PX), near = null, best = SPACING_PX * SPACING_PX;
      for (var c = column - 1; c <= column + 1; c++) {
        for (var l = line - 1; l <= line + 1; l++) {
          (cells[c + ":" + l] || []).forEach(function (group) {
            var d = (group.x - x) * (group.x - x) + (group.y - y) * (group.y - y);
            if (d < best) { best = d; near = group; }
          });
        }
      }
      if (near) { near.members.push(i); return; }
      var group = { x: x, y: y, members: [i] };
      found.push(group);
      (cells[column + ":" + line] = cells[column + ":" + line] || []).push(group);
    });
    return found;
  }

  function isFacing(i) { return get("street_facing", i) === "yes"; }

  function markerOf(group) {
    var i = group.members[0], n = group.members.length, single = n === 1, icon, label, size = 44;
    var symbols = yizhan.symbols, n24 = group.members.filter(list.is24h).length, shown24 = symbols.layers["24h"] ? n24 : 0;
    if (single) {
      icon = symbols.onMap(get("access_24h", i), list.state(i).code, get("street_facing", i));
      label = [get("name", i), symbols.kindWords(get("access_24h", i)), symbols.stateWords(list.state(i).code)]
        .concat(symbols.layers.street ? [symbols.verdictWords(get("street_facing", i))] : []).join(" · ");
    } else {
      icon = shown24 && n <= LED_AT_MOST && !symbols.layers.street
        ? symbols.ledCluster(get("access_24h", i), list.state(i).code, n)
        : symbols.cluster(n, shown24, symbols.layers.street ? group.members.filter(isFacing).length : 0);
      label = t("cluster", { n: n, n24: n24 });
    }
    var marker = L.marker(place(i), { keyboard: true, riseOnHover: true, zIndexOffset: i === yizhan.selected() ? 5000 : n24 ? 1000 : 0,
      icon: L.divIcon({ html: make("span", { "class": "hit" }, [icon]), className: "station" +
        (single ? "" : " cluster") + (i === yizhan.selected() ? " selected" : ""), iconSize: [size, size] }) });
    marker.on("add", function () {
      var element = marker.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      element.setAttribute("data-count", n);
      if (single) element.setAttribute("data-station", i);
    });
    marker.on("click", function () {
      if (yizhan.near.isPicking()) yizhan.near.picked(toWgs84(marker.getLatLng()));
      else if (single) yizhan.open(i, true);
      else enter(group.members);
    });
    marker.on("keypress", function (event) {
      if (event.originalEvent.key === "Enter" || event.originalEvent.key === " ") marker.fire("click");
    });
    return marker;
  }

  // Zoom to a group; one that zooming cannot part is put on the list instead.
  function enter(members) {
    var bounds = L.latLngBounds(members.map(place));
    var width = map.distance(bounds.getNorthEast(), bounds.getSouthWest());
    if (map.getZoom() >= DEEPEST || width < INSEPARABLE_M) {
      list.setScope(members);
      yizhan.view("list");
    } else if (map.getBoundsZoom(bounds.pad(0.2)) <= map.getZoom()) {
      map.setView(bounds.getCenter(), map.getZoom() + 1);
    } else {
      map.fitBounds(bounds.pad(0.2), { maxZoom: DEEPEST });
    }
  }

  // With very many stations the view from afar is of cells.
  var cells = null;
  function far() { return cells !== null && cells.isFar(); }

  function draw() {
    byId("cells-note").hidden = !(far() && list.isFiltered());
    var held = document.activeElement && document.activeElement.getAttribute("data-station");
    var onMap = document.activeElement && map.getContainer().contains(document.activeElement);
    markers.clearLayers();
    groups().forEach(function (group) { markers.addLayer(markerOf(group)); });
    if (onMap && held !== null) {
      var again = map.getContainer().querySelector("[data-station='" + held + "']");
      if (again) again.focus();
    }
    streetNames();
  }

  function drawMe() {
    if (me) { me.remove(); me = null; }
    if (!list.here()) return;
    me = L.marker(toMap(list.here()), { interactive: false, keyboard: false, alt: t("you"),
      icon: L.divIcon({ html: make("span", {}, []), className: "me", iconSize: [20, 20] }) }).addTo(map);
  }

  // Room for the buttons, the notes and an open legend.
  function framed() {
    var legend = byId("legend");
    return { maxZoom: 17, paddingTopLeft: [map.getSize().x > 600 ? 64 : 28, 32],
      paddingBottomRight: [legend.open && map.getSize().x > 600 ? legend.offsetWidth + 48 : 28, 64] };
  }

  var lastHere = null, NEAREST_SHOWN = 5;
  function fitNearest() {
    var here = list.here();
    if (here === lastHere) return;
    lastHere = here;
    if (!here || !me || !map.getSize().x) return;
    var points = list.shown().slice(0, NEAREST_SHOWN).map(place).concat([me.getLatLng()]);
    map.fitBounds(L.latLngBounds(points), framed());
  }

  function fitAll() {
    var box = data.extent;
    if (!box) return;
    map.fitBounds(L.latLngBounds([toMap({ lon: box[0], lat: box[1] }), toMap({ lon: box[2], lat: box[3] })]),
      Object.assign(framed(), { animate: false }));
  }

  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("data-label", "map");
  map.getContainer().setAttribute("aria-label", t("map"));
  var wasEmpty = map.getSize().x === 0;
  fitAll();
  if (yizhan.source.isLarge) cells = yizhan.cells(map, toMap, toWgs84);
  map.on("moveend", draw);
  map.on("click", function (event) { if (yizhan.near.isPicking()) yizhan.near.picked(toWgs84(event.latlng)); });
  byId("pick-centre").addEventListener("click", function () { yizhan.near.picked(toWgs84(map.getCenter())); });
  list.onChange(function () { draw(); drawMe(); fitNearest(); });
  yizhan.onSelect(function (i, onMap) {
    map.invalidateSize({ pan: false });
    if (wasEmpty && map.getSize().x > 0) {
      wasEmpty = false;
      fitAll();
      lastHere = null;
      fitNearest();
    }
    if (i !== null && map.getSize().x > 0 && onMap === false) {
      map.setView(place(i), Math.max(map.getZoom(), SELECTED_ZOOM), { animate: false });
    }
    draw();
  });
  if (yizhan.calmScrolling) yizhan.calmScrolling(map);
  draw();
};
