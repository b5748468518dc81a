// Data, words and small helpers. Data reach the page as textContent and attributes only, never as markup.
var yizhan = (function () {
  "use strict";
  var data = JSON.parse(document.getElementById("yz-data").textContent);
  var english = /[?&#]lang=en\b/.test(location.search + location.hash);

  function pick(pair) { return pair[english ? 1 : 0] || pair[0]; }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) {
      return values && name in values ? String(values[name]) : all;
    });
  }

  function t(key, values) { return fill(pick(data.texts[key]), values); }

  function word(vocabulary, code) {
    var words = data.words[vocabulary];
    return Object.prototype.hasOwnProperty.call(words, code) ? pick(words[code]) : code;
  }

  // Stations are numbered as they come and keep their numbers. Each stands in a part (columns) at a place, and may
  // have facts of its own (from the interface) for what its part does not hold.
  var parts = [], places = [], facts = [], numbers = new Map();

  // A column is a list, or distinct values and a number per station (-1 = missing).
  function cell(column, k) {
    if (Array.isArray(column)) return column[k];
    if ("all" in column) return column.all;
    var number = column.i[k];
    return number < 0 ? null : column.u[number];
  }

  function get(name, i) {
    var column = parts[i] && parts[i][name], own = facts[i];
    if (column) return cell(column, places[i]);
    return own && Object.prototype.hasOwnProperty.call(own, name) ? own[name] : null;
  }

  function numberOf(id) {
    if (!numbers.has(id)) numbers.set(id, data.count++);
    return numbers.get(id);
  }

  // Facilities travel as a sign per code: the number of its state, or a dot.
  function facilities(column) {
    function one(signs) {
      var held = {};
      Array.from(signs).forEach(function (sign, k) { if (sign !== ".") held[column.codes[k]] = column.states[Number(sign)]; });
      return held;
    }
    var of = column.of;
    return Array.isArray(of) ? of.map(one) : { u: of.u.map(one), i: of.i };
  }

  // Degrees travel as differences of whole millionths.
  function unpacked(columns) {
    Object.keys(columns).forEach(function (name) {
      var steps = columns[name].e6, sum = 0;
      if (steps) columns[name] = steps.map(function (step) { sum += step; return sum / 1e6; });
      else if (columns[name].codes) columns[name] = facilities(columns[name]);
    });
    return columns;
  }

  // Columns of ``n`` stations; gives their numbers.
  function addColumns(columns, n) {
    var added = [], i;
    unpacked(columns);
    for (var k = 0; k < n; k++) {
      i = numberOf(cell(columns.station_id, k));
      parts[i] = columns;
      places[i] = k;
      added.push(i);
    }
    return added;
  }

  // Facts of one station by column name; gives its number.
  function addFacts(row) {
    var i = numberOf(row.station_id);
    facts[i] = Object.assign(facts[i] || {}, row);
    return i;
  }

  function find(id) { return numbers.has(id) ? numbers.get(id) : null; }

  // What the page itself brings. A review page has no ids to share: its rows are taken as they stand.
  (function () {
    var n = data.count;
    data.count = 0;
    if (data.columns) addColumns(data.columns, n);
  })();

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] !== null && attributes[name] !== undefined) element.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      if (child) element.append(child);
    });
    return element;
  }

  function byId(id) { return document.getElementById(id); }

  // Text of foreign origin keeps its own direction, so that a right-to-left mark cannot turn its neighbours.
  function foreign(tag, text, attributes) { return make(tag, Object.assign({ dir: "auto" }, attributes), [text]); }

  function metres(from, to) {
    var rad = Math.PI / 180, a = from.lat * rad, b = to.lat * rad;
    var x = (to.lon - from.lon) * rad * Math.cos((a + b) / 2), y = b - a;
    return 6371008.8 * Math.sqrt(x * x + y * y);
  }

  function distance(m) {
    if (m < 1000) return t("metres", { n: Math.round(m / 10) * 10 });
    return t("kilometres", { n: (m / 1000).toFixed(m < 10000 ? 1 : 0) });
  }

  return {
    data: data, pick: pick, t: t, word: word, get: get, find: find, addColumns: addColumns, addFacts: addFacts, make: make, byId: byId, foreign: foreign,
    metres: metres, distance: distance,
    isEnglish: function () { return english; },
    setEnglish: function (value) { english = value; }
  };
})();
