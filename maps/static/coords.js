// GCJ-02 and BD-09 in the browser, by the formulas of geo/coordsys.py. Degrees in, degrees out, {lon, lat}.
yizhan.coords = (function () {
  "use strict";
  var BOX = [72.004, 0.8293, 137.8347, 55.8271];  // west, south, east, north of where the systems differ
  var A_M = 6378245, E2 = 0.00669342162296594323, DEGREE_M = A_M * Math.PI / 180, OMEGA = Math.PI * 3000 / 180, PASSES = 3;

  function isShifted(p) { return p.lon >= BOX[0] && p.lon <= BOX[2] && p.lat >= BOX[1] && p.lat <= BOX[3]; }

  function wave(x, long_m, middle_m) {
    var pi = Math.PI;
    return 20 * Math.sin(pi * x) + 40 * Math.sin(pi / 3 * x) + middle_m * Math.sin(pi / 12 * x) + long_m * Math.sin(pi / 30 * x);
  }

  function gcj02(p) {
    if (!isShifted(p)) return p;
    var x = p.lon - 105, y = p.lat - 35, root = Math.sqrt(Math.abs(x)), phi = p.lat * Math.PI / 180;
    var ripple = 20 * Math.sin(6 * Math.PI * x) + 20 * Math.sin(2 * Math.PI * x);
    var north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + wave(y, 320, 160)) * 2 / 3;
    var east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + wave(x, 300, 150)) * 2 / 3;
    var w2 = 1 - E2 * Math.sin(phi) * Math.sin(phi), w = Math.sqrt(w2);
    return { lon: p.lon + east_m * w / (DEGREE_M * Math.cos(phi)), lat: p.lat + north_m * w2 * w / (DEGREE_M * (1 - E2)) };
  }

  // There is no inverse formula: p <- p - (gcj02(p) - target).
  function fromGcj02(target) {
    var p = target, there;
    for (var pass = 0; pass < PASSES; pass++) {
      there = gcj02(p);
      p = { lon: p.lon - (there.lon - target.lon), lat: p.lat - (there.lat - target.lat) };
    }
    return p;
  }

  function bd09(p) {
    if (!isShifted(p)) return p;
    var g = gcj02(p), radius = Math.sqrt(g.lon * g.lon + g.lat * g.lat) + 0.00002 * Math.sin(g.lat * OMEGA);
    var angle = Math.atan2(g.lat, g.lon) + 0.000003 * Math.cos(g.lon * OMEGA);
    return { lon: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 };
  }

  return { gcj02: gcj02, fromGcj02: fromGcj02, bd09: bd09 };
})();
