// More stations than can be drawn at once: squares with their number from afar, stations by tile from nearby.
yizhan.cells = function (map, toMap, toWgs84) {
  "use strict";
  var source = yizhan.source, t = yizhan.t, make = yizhan.make, data = yizhan.data, MOST_TILES = 60, PAD = 0.05;
  var layer = L.layerGroup().addTo(map), turn = 0;

  function isFar() { return map.getZoom() < data.source.tiles_from; }

  // [west, south, east, north] of the view, WGS-84.
  function view() {
    var bounds = map.getBounds().pad(PAD);
    var low = toWgs84(bounds.getSouthWest()), high = toWgs84(bounds.getNorthEast());
    return [Math.max(-180, low.lon), Math.max(-85, low.lat), Math.min(180, high.lon), Math.min(85, high.lat)];
  }

  function enter(cell) {
    var low = toMap({ lon: cell.west, lat: cell.south }), high = toMap({ lon: cell.east, lat: cell.north });
    var bounds = L.latLngBounds([low, high]), zoom = Math.max(map.getZoom() + 1, map.getBoundsZoom(bounds));
    map.setView(toMap(cell), Math.min(zoom, map.getMaxZoom()));
  }

  function add(cell) {
    var n24 = yizhan.symbols.layers["24h"] ? cell.n24 : 0, label = t("cell", { n: cell.n, n24: cell.n24 });
    var marker = L.marker(toMap(cell), { keyboard: true, icon: L.divIcon({ className: "station cluster cell", iconSize: [44, 44],
      html: make("span", { "class": "hit" }, [yizhan.symbols.cluster(cell.n, n24)]) }) });
    marker.on("add", function () {
      var element = marker.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      element.setAttribute("data-count", cell.n);
    });
    marker.on("click", function () {
      if (yizhan.near.isPicking()) yizhan.near.picked(toWgs84(marker.getLatLng())); else enter(cell);
    });
    marker.on("keypress", function (event) { if (event.originalEvent.key === "Enter") enter(cell); });
    layer.addLayer(marker);
  }

  function drawCells() {
    var mine = turn += 1;
    source.cells(Math.floor(map.getZoom()), view()).then(function (cells) {
      if (mine !== turn) return;
      layer.clearLayers();
      cells.forEach(add);
    }, function () {});
  }

  function loadTiles() {
    var box = view(), z = data.source.tiles_from, size = Math.pow(2, z), x, y;
    turn += 1;
    layer.clearLayers();
    function column(lon) { return Math.floor((lon + 180) / 360 * size); }
    function line(lat) {
      var phi = lat * Math.PI / 180;
      return Math.floor((1 - Math.log(Math.tan(phi) + 1 / Math.cos(phi)) / Math.PI) / 2 * size);
    }
    var west = column(box[0]), east = column(box[2]), north = line(box[3]), south = line(box[1]);
    if ((east - west + 1) * (south - north + 1) > MOST_TILES) return;
    for (x = west; x <= east; x++) for (y = north; y <= south; y++) source.tile(z, x, y).catch(function () {});
  }

  function update() { if (isFar()) drawCells(); else loadTiles(); }

  map.on("moveend", update);
  update();
  return { isFar: isFar, update: update };
};
