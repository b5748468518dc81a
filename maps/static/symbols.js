// Draws every symbol, state and verdict from the tables that came with the data; the legend uses the same calls.
yizhan.symbols = (function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg", INK = "#17252f";
  var SHAPES = {
    diamond: "M0-21 21 0 0 21-21 0Z",
    hexagon: "M-10-18H10L20 0 10 18H-10L-20 0Z",
    square: "M-15-19H15a4 4 0 0 1 4 4V15a4 4 0 0 1-4 4H-15a4 4 0 0 1-4-4V-15a4 4 0 0 1 4-4Z",
    circle: "M-18 0a18 18 0 1 1 36 0 18 18 0 1 1-36 0Z"
  };

  function row(table, code) {
    return yizhan.data[table].filter(function (r) { return r.code === code; })[0];
  }

  function svg(tag, attributes, text) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  function symbol(kindCode, stateCode, px) {
    var kind = row("symbols", kindCode) || row("symbols", "unknown");
    var filling = row("states", stateCode).filling, solid = filling === "solid";
    var size = px || kind.size_px;
    var picture = svg("svg", { viewBox: "-24 -24 48 48", width: size, height: size, "aria-hidden": "true",
      "class": "symbol " + kind.shape + " " + filling });
    picture.append(svg("path", { d: SHAPES[kind.shape], fill: "#fff", stroke: "#fff", "stroke-width": 6,
      "stroke-linejoin": "round" }));
    picture.append(svg("path", { d: SHAPES[kind.shape], fill: solid ? kind.fill : "#fff",
      stroke: solid ? INK : kind.fill, "stroke-width": solid ? 1.5 : 5, "stroke-linejoin": "round",
      "stroke-dasharray": filling === "dashed" ? "7 5" : "none" }));
    var state = row("states", stateCode), mark = yizhan.pick(kind.mark) || yizhan.pick(state.mark);
    if (stateCode === "paused") mark = yizhan.pick(state.mark);
    if (mark) {
      picture.append(svg("text", { y: 5, "text-anchor": "middle", "font-size": mark.length > 1 ? 15 : 20,
        "font-weight": 700, fill: solid ? kind.ink : INK }, mark));
    }
    return picture;
  }

  function stateWords(code) { return yizhan.pick(row("states", code).label); }
  function kindWords(code) { return yizhan.pick((row("symbols", code) || row("symbols", "unknown")).label); }
  function verdictWords(code) { return yizhan.pick((row("verdicts", code) || row("verdicts", "unknown")).label); }

  function pill(className, sign, words) {
    return yizhan.make("span", { "class": "pill " + className }, [
      yizhan.make("span", { "aria-hidden": "true", "class": "sign" }, [sign]), words
    ]);
  }

  function statePill(code) { return pill("state-" + code, row("states", code).sign, stateWords(code)); }
  function verdictPill(code) {
    var verdict = row("verdicts", code) || row("verdicts", "unknown");
    return pill("verdict-" + verdict.code, verdict.sign, yizhan.pick(verdict.label));
  }

  function count(n) { return n > 9999 ? "9999+" : String(n); }

  // The number of stations; where some of them are 24-hour stations, a foot says so.
  function cluster(n, n24) {
    var label = count(n);
    var picture = svg("svg", { viewBox: "-24 -24 48 48", width: 44, height: 44, "aria-hidden": "true", "class": "symbol" });
    picture.append(svg("circle", { r: 20, fill: "#fff", stroke: "#0b4f7c", "stroke-width": 2.5 }));
    picture.append(svg("text", { y: n24 ? 1 : 5.5, "text-anchor": "middle", "font-size": label.length > 3 ? 12 : 15,
      "font-weight": 700, fill: INK }, label));
    if (n24) {
      picture.append(svg("rect", { x: -17, y: 6, width: 34, height: 15, rx: 7.5, fill: "#0072b2" }));
      picture.append(svg("text", { y: 17.5, "text-anchor": "middle", "font-size": 11, "font-weight": 700, fill: "#fff" },
        "24h"));
    }
    return picture;
  }

  // A small group that a 24-hour station leads keeps its symbol; the number stands on it.
  function ledCluster(kindCode, stateCode, n) {
    var picture = symbol(kindCode, stateCode, 44), label = count(n), half = 6 + 4 * label.length;
    picture.append(svg("rect", { x: 24 - 2 * half, y: -24, width: 2 * half, height: 18, rx: 9, fill: "#fff", stroke: "#0b4f7c",
      "stroke-width": 1.5 }));
    picture.append(svg("text", { x: 24 - half, y: -10.5, "text-anchor": "middle", "font-size": 13, "font-weight": 700, fill: INK },
      label));
    return picture;
  }

  function legend() {
    var t = yizhan.t, make = yizhan.make, data = yizhan.data, box = make("div", {}, []);
    function group(title, rows) {
      box.append(make("h3", {}, [title]));
      box.append(make("ul", {}, rows.map(function (r) { return make("li", {}, r); })));
    }
    group(t("legend_kinds"), data.symbols.filter(function (s) { return s.code !== "unknown"; }).map(function (s) {
      return [symbol(s.code, "open", Math.min(30, s.size_px)), yizhan.pick(s.label)];
    }));
    group(t("legend_states"), data.states.map(function (s) {
      return [symbol("no", s.code, 22), statePill(s.code)];
    }));
    group(t("legend_verdicts"), data.verdicts.map(function (v) { return [verdictPill(v.code)]; }));
    group("", [[cluster(12, 3), t("legend_cluster")]]);
    return box;
  }

  return { symbol: symbol, cluster: cluster, ledCluster: ledCluster, statePill: statePill, verdictPill: verdictPill, legend: legend,
    stateWords: stateWords, kindWords: kindWords, verdictWords: verdictWords };
})();
