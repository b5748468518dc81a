// Cells of demand on a canvas of their own: unpacked once, drawn by class, found again under the pointer.
yizhan.cells = (function () {
  "use strict";
  var data = yizhan.data, report = yizhan.report, given = data.cells, n = given.n, FULL = 65535, WEEK_BYTES = 42;
  var COVERED = "#cfe3ee", LEFT = ["#f0a875", "#cf5f1a", "#8a2f00"], SMALL_PX = 5, HATCH_PX = 9;
  var xs = report.shorts(given.x), ys = report.shorts(given.y), ws = report.shorts(given.w), shade = report.octets(given.shade);
  var area = report.shorts(given.area), flags = report.octets(given.flags), weeks = report.octets(given.weeks);
  var straight = report.shorts(given.straight_m), walk = report.shorts(given.walk_s);
  var masks = { straight: report.longs(given.masks.straight), walk: report.longs(given.masks.walk) };
  var box = given.box, lons = new Float64Array(n), lats = new Float64Array(n), px = new Float64Array(n), py = new Float64Array(n);

  function mercatorX(lon) { return (lon + 180) / 360; }
  function mercatorY(lat) {
    var s = Math.sin(lat * Math.PI / 180);
    return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  }
  for (var k = 0; k < n; k++) {
    lons[k] = box[0] + xs[k] / FULL * (box[2] - box[0]);
    lats[k] = box[1] + ys[k] / FULL * (box[3] - box[1]);
    px[k] = mercatorX(lons[k]);
    py[k] = mercatorY(lats[k]);
  }
  var midLat = (box[1] + box[3]) / 2, corners = given.outline.map(function (step) {
    return [step[0] / 360, mercatorY(midLat + step[1]) - mercatorY(midLat)];
  });

  function bit(bytes, row, slot) { return bytes[row * WEEK_BYTES + (slot >> 3)] >> (slot & 7) & 1; }
  function isCovered(i, state) {
    if (state.mode === "hour") return bit(weeks, masks[state.standard][i], state.slot);
    return flags[i] >> (2 * (state.standard === "walk" ? 1 : 0) + (state.mode === "24h" ? 1 : 0)) & 1;
  }

  function hatch(context) {
    var tile = document.createElement("canvas"), pen = tile.getContext("2d");
    tile.width = tile.height = HATCH_PX;
    pen.strokeStyle = "rgba(255,255,255,.55)";
    pen.lineWidth = 1.4;
    [-HATCH_PX, 0, HATCH_PX].forEach(function (x) { pen.beginPath(); pen.moveTo(x, HATCH_PX); pen.lineTo(x + HATCH_PX, 0); pen.stroke(); });
    return context.createPattern(tile, "repeat");
  }

  // Draws all cells in view; the canvas covers the map's window and stands where the window stands.
  function draw(map, canvas, state) {
    var size = map.getSize(), scale = Math.min(window.devicePixelRatio || 1, 2), context = canvas.getContext("2d");
    canvas.width = size.x * scale;
    canvas.height = size.y * scale;
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    var world = 256 * Math.pow(2, map.getZoom()), left = map.getPixelBounds().min, classes = [[], [], [], []], i, x, y;
    var shape = corners.map(function (corner) { return [corner[0] * world, corner[1] * world]; }), reach = 2;
    shape.forEach(function (corner) { reach = Math.max(reach, Math.abs(corner[0]), Math.abs(corner[1])); });
    for (i = 0; i < n; i++) {
      x = px[i] * world - left.x;
      y = py[i] * world - left.y;
      if (x < -reach || y < -reach || x > size.x + reach || y > size.y + reach) continue;
      classes[isCovered(i, state) ? 0 : 1 + shade[i]].push(x, y);
    }
    var stripes = reach > 3 ? hatch(context) : null;
    classes.forEach(function (places, which) {
      context.fillStyle = which ? LEFT[which - 1] : COVERED;
      context.beginPath();
      for (var at = 0; at < places.length; at += 2) {
        if (reach < SMALL_PX) context.rect(places[at] - reach * 0.9, places[at + 1] - reach * 0.9, reach * 1.8, reach * 1.8);
        else shape.forEach(function (corner, c) { context[c ? "lineTo" : "moveTo"](places[at] + corner[0] * 1.03, places[at + 1] + corner[1] * 1.03); });
      }
      context.fill();
      if (which && stripes) { context.fillStyle = stripes; context.fill(); }
    });
  }

  // The cell whose centre is nearest to a place, if the place is in it.
  function find(lat, lon) {
    var x = mercatorX(lon), y = mercatorY(lat), best = -1, least = Infinity, reach = 0, far;
    corners.forEach(function (corner) { reach = Math.max(reach, Math.hypot(corner[0], corner[1])); });
    for (var i = 0; i < n; i++) {
      far = (px[i] - x) * (px[i] - x) + (py[i] - y) * (py[i] - y);
      if (far < least) { least = far; best = i; }
    }
    return best >= 0 && Math.sqrt(least) <= reach * 1.1 ? best : -1;
  }

  function hoursOf(i, standard) {
    var found = 0;
    for (var slot = 0; slot < 336; slot++) found += bit(weeks, masks[standard][i], slot);
    return found / 2;
  }

  function counts(state) {
    var found = { covered: 0, left: 0 };
    for (var i = 0; i < n; i++) found[isCovered(i, state) ? "covered" : "left"]++;
    return found;
  }

  return { n: n, draw: draw, find: find, counts: counts, bit: bit, colours: { covered: COVERED, left: LEFT },
    about: function (i) {
      return { weight: Math.pow(ws[i] / FULL, 2) * given.most, area: area[i] === FULL ? -1 : area[i], straight: straight[i] === FULL ? null : straight[i],
        walk: walk[i] === FULL ? null : walk[i], hours: hoursOf(i, report.state.standard) };
    } };
})();
