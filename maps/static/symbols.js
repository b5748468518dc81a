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

  // Which layers are drawn; the legend explains only those.
  var layers = {};
  yizhan.data.layers.forEach(function (layer) { layers[layer.code] = layer.is_on; });

  // A station as the map draws it: without the 24-hour layer all are plain; with the street layer a badge is added.
  function onMap(kindCode, stateCode, verdictCode) {
    var picture = symbol(layers["24h"] ? kindCode : "unknown", stateCode);
    if (layers.street) picture = badged(picture, verdictCode);
    return picture;
  }

  function badge(code, attributes) {
    var verdict = row("verdicts", code) || row("verdicts", "unknown"), group = svg("g", attributes);
    group.append(svg("path", { d: SHAPES[verdict.shape], fill: verdict.fill, stroke: "#fff", "stroke-width": 5 }));
    group.append(svg("text", { y: 9, "text-anchor": "middle", "font-size": 27, "font-weight": 700, fill: verdict.ink },
      verdict.sign));
    return group;
  }

  // The symbol grows to 44 px, so that the badge beside it can be read.
  function badged(picture, code) {
    var size = Number(picture.getAttribute("width")), whole = svg("svg", { viewBox: "0 0 44 44", width: 44, height: 44,
      "aria-hidden": "true", "class": "symbol" });
    picture.setAttribute("x", (44 - size) / 2);
    picture.setAttribute("y", (44 - size) / 2);
    whole.append(picture, badge(code, { transform: "translate(34 34) scale(.42)" }));
    return whole;
  }

  function badgeAlone(code) {
    var picture = svg("svg", { viewBox: "-24 -24 48 48", width: 22, height: 22, "aria-hidden": "true", "class": "symbol" });
    picture.append(badge(code, {}));
    return picture;
  }

  // The number of stations; where some of them are 24-hour stations, a foot says so; with the street layer, how many face one.
  function cluster(n, n24, nFacing) {
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
    if (nFacing) {
      var yes = row("verdicts", "yes"), sign = yes.sign + count(nFacing), half = 5 + 4 * sign.length;
      picture.append(svg("rect", { x: -half, y: -24, width: 2 * half, height: 15, rx: 7.5, fill: yes.fill, stroke: "#fff" }));
      picture.append(svg("text", { y: -12.5, "text-anchor": "middle", "font-size": 12, "font-weight": 700, fill: yes.ink }, sign));
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
    if (layers["24h"]) {
      group(t("legend_kinds"), data.symbols.filter(function (s) { return s.code !== "unknown"; }).map(function (s) {
        return [symbol(s.code, "open", Math.min(30, s.size_px)), yizhan.pick(s.label)];
      }));
    }
    group(t("legend_states"), data.states.map(function (s) {
      return [symbol("no", s.code, 22), statePill(s.code)];
    }));
    if (layers.street) {
      group(t("legend_verdicts"), data.verdicts.map(function (v) { return [badgeAlone(v.code), yizhan.pick(v.label)]; }));
    }
    group("", [[cluster(12, layers["24h"] ? 3 : 0), t("legend_cluster")]]);
    return box;
  }

  // That users found it closed, and when: neither its status nor its hours.
  function reported(day) {
    return yizhan.make("strong", { "class": "reported" }, [yizhan.t("reported_closed", { day: day.slice(0, 10) })]);
  }

  // One switch per layer of the table.
  function switches(onSwitch) {
    return yizhan.data.layers.map(function (layer) {
      var chip = yizhan.make("button", { type: "button", "class": "chip", "data-layer": layer.code,
        "aria-pressed": String(layers[layer.code]) }, [yizhan.pick(layer.label)]);
      chip.addEventListener("click", function () {
        layers[layer.code] = !layers[layer.code];
        chip.setAttribute("aria-pressed", String(layers[layer.code]));
        onSwitch();
      });
      return chip;
    });
  }

  return { symbol: symbol, onMap: onMap, layers: layers, switches: switches, cluster: cluster, ledCluster: ledCluster, statePill: statePill, verdictPill: verdictPill, legend: legend,
    reported: reported, stateWords: stateWords, kindWords: kindWords, verdictWords: verdictWords };
})();
