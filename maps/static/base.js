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

  // A column is a list, or distinct values and a number per station (-1 = missing).
  function get(name, i) {
    var column = data.columns[name];
    if (Array.isArray(column)) return column[i];
    var number = column.i[i];
    return number < 0 ? null : column.u[number];
  }

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

  // Amap's documented address: GCJ-02, longitude first, name last; a comma or half a surrogate pair would break it.
  function navigation(i) {
    var name = Array.from(get("name", i).replace(/[,\s]+/g, " ")).slice(0, 60).filter(function (character) {
      return !/^[\ud800-\udfff]$/.test(character);
    }).join("");
    return "https://uri.amap.com/navigation?to=" + get("glon", i) + "," + get("glat", i) + "," +
      encodeURIComponent(name) + "&mode=ride&coordinate=gaode&src=yizhan&callnative=1";
  }

  return {
    data: data, pick: pick, t: t, word: word, get: get, make: make, byId: byId, foreign: foreign,
    metres: metres, distance: distance, navigation: navigation,
    isEnglish: function () { return english; },
    setEnglish: function (value) { english = value; }
  };
})();
