// The signs of the review: one shape per verdict, everywhere the same, never by colour alone.
yizhan.signs = (function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg", make = yizhan.make, t = yizhan.t;
  var SHAPES = {
    yes: ["M-8 0a8 8 0 1 1 16 0 8 8 0 1 1-16 0Z", "M-4 .5-1.200 3.500 4-3"],
    no: ["M-7-7H7V7H-7Z", "M-3.200-3.200 3.200 3.200M3.200-3.200-3.200 3.200"],
    unknown: ["M0-9.500 9.500 0 0 9.500-9.500 0Z", ""]
  };

  function svg(tag, attributes, text) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  function code(verdict) { return SHAPES[verdict] ? verdict : "unknown"; }

  function shape(verdict) {
    var group = svg("g", { "class": "sign-" + code(verdict) }), drawing = SHAPES[code(verdict)];
    group.append(svg("path", { d: drawing[0], "class": "body" }));
    if (drawing[1]) group.append(svg("path", { d: drawing[1], "class": "mark" }));
    else group.append(svg("text", { y: 4.200, "text-anchor": "middle", "class": "letter" }, "?"));
    return group;
  }

  function sign(verdict, px) {
    var picture = svg("svg", { viewBox: "-11 -11 22 22", width: px, height: px, "aria-hidden": "true", "class": "sign-box" });
    picture.append(shape(verdict));
    return picture;
  }

  // The selected station: its sign with a ring around, so that the nine positions stay visible inside.
  function target(px) {
    var picture = svg("svg", { viewBox: "-20 -20 40 40", width: px, height: px, "aria-hidden": "true" });
    picture.append(svg("circle", { r: 16, fill: "none", stroke: "#fff", "stroke-width": 6 }));
    picture.append(svg("circle", { r: 16, fill: "none", stroke: "#17252f", "stroke-width": 2.500 }));
    picture.append(svg("path", { d: "M0-20V-13M0 20V13M-20 0H-13M20 0H13", stroke: "#17252f", "stroke-width": 2.500 }));
    return picture;
  }

  function words(verdict) { return yizhan.word("verdict", code(verdict)); }

  function pill(verdict) {
    return make("span", { "class": "pill verdict-" + code(verdict) }, [sign(verdict, 18), words(verdict)]);
  }

  // The nine positions as a small compass, east to the right.
  function nine(positions) {
    var picture = svg("svg", { viewBox: "-52 -52 104 104", width: 104, height: 104, "aria-hidden": "true", "class": "nine" });
    picture.append(svg("circle", { r: 36, "class": "ring" }));
    positions.forEach(function (position, k) {
      var turn = (k - 1) * Math.PI / 4, x = k ? 36 * Math.cos(turn) : 0, y = k ? -36 * Math.sin(turn) : 0;
      var group = shape(position[2]);
      group.setAttribute("transform", "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")");
      picture.append(group);
    });
    return picture;
  }

  function gate(state) {
    var picture = svg("svg", { viewBox: "-10 -10 20 20", width: 18, height: 18, "aria-hidden": "true", "class": "gate gate-" + state });
    picture.append(svg("path", { d: "M-7 8V-5A7 4 0 0 1 7-5V8Z", "class": "body" }));
    if (state === "open") picture.append(svg("circle", { cy: 1.500, r: 3, "class": "ring" }));
    else if (state === "closed") picture.append(svg("path", { d: "M-3-1.500 3 4.500M3-1.500-3 4.500", "class": "mark" }));
    else picture.append(svg("text", { y: 5.500, "text-anchor": "middle", "class": "letter" }, "?"));
    return picture;
  }

  function stroke(attributes) {
    var picture = svg("svg", { viewBox: "0 0 34 16", width: 34, height: 16, "aria-hidden": "true" });
    attributes.forEach(function (given) { picture.append(svg("path", Object.assign({ d: "M2 8H32", fill: "none" }, given))); });
    return picture;
  }

  function patch(attributes) {
    var picture = svg("svg", { viewBox: "0 0 34 16", width: 34, height: 16, "aria-hidden": "true" });
    picture.append(svg("rect", Object.assign({ x: 3, y: 2, width: 28, height: 12 }, attributes)));
    return picture;
  }

  function triangle() {
    var picture = svg("svg", { viewBox: "-8 -8 16 16", width: 14, height: 14, "aria-hidden": "true" });
    picture.append(svg("path", { d: "M0-5 5 4H-5Z", fill: "#17252f", stroke: "#fff", "stroke-width": 1 }));
    return picture;
  }

  // The strokes and fills of the map, stated once: the map draws with them, the legend shows them.
  var LINES = {
    open: { stroke: "#0072b2", "stroke-width": 4 },
    closed: { stroke: "#c03a00", "stroke-width": 4, "stroke-dasharray": "7 5" },
    unknown: { stroke: "#8a6100", "stroke-width": 4, "stroke-dasharray": "2 6", "stroke-linecap": "round" }
  };

  function legend() {
    var box = make("div", {}, []);
    function group(title, rows) {
      box.append(make("h3", {}, [t(title)]));
      box.append(make("ul", {}, rows.map(function (row) { return make("li", {}, [row[0], t(row[1])]); })));
    }
    box.append(make("h3", {}, [t("legend_verdicts")]));
    box.append(make("ul", {}, ["yes", "no", "unknown"].map(function (verdict) {
      return make("li", {}, [sign(verdict, 22), words(verdict)]);
    })));
    group("legend_lines", [
      [stroke([LINES.open]), "legend_line_open"], [stroke([LINES.closed]), "legend_line_cut"],
      [stroke([LINES.unknown]), "legend_line_unknown"],
      [patch({ fill: "#f3c6b0", stroke: "#c03a00", "stroke-width": 2.500 }), "legend_cut"]
    ]);
    group("legend_streets", [
      [stroke([{ stroke: "#0072b2", "stroke-width": 12 }, { stroke: "#d7ebf8", "stroke-width": 8 }]), "legend_street_met"],
      [stroke([{ stroke: "#b6c0bc", "stroke-width": 11 }, { stroke: "#fff", "stroke-width": 8 }]), "legend_street_public"],
      [stroke([{ stroke: "#7c8a85", "stroke-width": 2, "stroke-dasharray": "5 4" }]), "legend_street_weak"],
      [stroke([{ stroke: "#cfc6d4", "stroke-width": 8 }]), "legend_street_other"]
    ]);
    group("legend_things", [
      [patch({ fill: "#fbe9b7", stroke: "#17252f", "stroke-width": 2 }), "legend_own"],
      [patch({ fill: "#d8d4ca", stroke: "#b3ada0" }), "legend_building"],
      [stroke([{ stroke: "#6b4a2b", "stroke-width": 3 }]), "legend_barrier"],
      [stroke([{ stroke: "#7b5ea7", "stroke-width": 2.500 }]), "legend_closed"],
      [stroke([{ stroke: "#7b5ea7", "stroke-width": 2.500, "stroke-dasharray": "7 5" }]), "legend_open_unknown"],
      [stroke([{ stroke: "#7b5ea7", "stroke-width": 2.500, "stroke-dasharray": "1 6", "stroke-linecap": "round" }]), "legend_open"],
      [gate("open"), "legend_gate_open"], [gate("closed"), "legend_gate_closed"], [gate("unknown"), "legend_gate_unknown"],
      [triangle(), "legend_entrance"], [patch({ fill: "#c5dae4", stroke: "#8fb0bf" }), "legend_water"]
    ]);
    return box;
  }

  return { sign: sign, target: target, pill: pill, words: words, nine: nine, gate: gate, triangle: triangle, legend: legend,
    LINES: LINES };
})();
