// Language, sorting of tables, and the hour of the week: one state that map, numbers and the chart's cursor follow.
yizhan.report = (function () {
  "use strict";
  var data = yizhan.data, t = yizhan.t, make = yizhan.make, byId = yizhan.byId;
  var SLOTS = 336, DAY = 48, WORST = 5, FULL = 65535;
  var state = { slot: data.night_slot, mode: "hour", standard: data.leading }, listeners = [];

  function each(selector, run) { Array.prototype.forEach.call(document.querySelectorAll(selector), run); }

  // -- packed numbers

  function octets(text) {
    var raw = atob(text), found = new Uint8Array(raw.length);
    for (var k = 0; k < raw.length; k++) found[k] = raw.charCodeAt(k);
    return found;
  }
  function shorts(text) {
    var raw = octets(text), found = new Uint16Array(raw.length / 2);
    for (var k = 0; k < found.length; k++) found[k] = raw[2 * k] | raw[2 * k + 1] << 8;
    return found;
  }
  function longs(text) {
    var raw = octets(text), found = new Uint32Array(raw.length / 4);
    for (var k = 0; k < found.length; k++) found[k] = (raw[4 * k] | raw[4 * k + 1] << 8 | raw[4 * k + 2] << 16 | raw[4 * k + 3] << 24) >>> 0;
    return found;
  }
  var hours = {};
  Object.keys(data.towns.hours).forEach(function (standard) {
    hours[standard] = { of: data.towns.hours[standard].of, most: data.towns.hours[standard].most, part: shorts(data.towns.hours[standard].part) };
  });

  // -- numbers in words

  function share(value) {
    if (value === null || value === undefined) return "—";
    if (value === 0 || value === 1) return value * 100 + "%";
    if (value < 0.0005) return "<0.1%";
    return value >= 0.9995 ? ">99.9%" : (100 * value).toFixed(1) + "%";
  }
  function whole(value) { return value > 0 && value < 1 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US"); }
  function amount(value) {
    if (value === null || value === undefined) return "—";
    return t(value >= 10000 ? "wan" : "plain", { n: value >= 1e7 ? (value / 10000).toFixed(0) : value >= 10000 ? (value / 10000).toFixed(1) : whole(value),
      all: whole(value), unit: yizhan.pick(data.unit) });
  }
  function clock(slot) {
    var half = slot % DAY, hour = Math.floor(half / 2);
    return (hour < 10 ? "0" : "") + hour + ":" + (half % 2 ? "30" : "00");
  }
  function moment(slot) { return t("at", { weekday: yizhan.pick(data.weekdays[Math.floor(slot / DAY)]), time: clock(slot) }); }
  function limit(standard) { return yizhan.pick(data.limits[standard]); }

  // -- what holds at the chosen moment

  function said() { return state.mode === "hour" ? moment(state.slot) : t(state.mode === "24h" ? "all_hours" : "any"); }
  function shareOf(standard) {
    return state.mode === "hour" ? data.week[standard + "_share"][state.slot] : data.totals[standard + "_" + state.mode];
  }
  function leftOver() {
    if (state.mode !== "hour") return data.totals[state.standard + "_" + state.mode + "_gap"];
    var part = shareOf(state.standard);
    return part === null ? null : data.week.demand[state.slot] * (1 - part);
  }
  function townLeft(k) {
    var s = state.standard;
    if (state.mode !== "hour") return data.towns[state.mode][s][k];
    return hours[s].most[k] * hours[s].part[hours[s].of[state.slot] * data.towns.demand.length + k] / FULL;
  }
  function worst() {
    var found = data.towns.demand.map(function (all, k) { return { k: k, left: townLeft(k), all: all }; });
    return found.filter(function (town) { return town.left > 0.5 || town.left > 1e-4 * town.all; }).sort(function (a, b) {
      return b.left - a.left || a.k - b.k;
    }).slice(0, WORST);
  }

  function tellNumbers() {
    var s = state.standard, second = s === "walk" ? "straight" : "walk", maybe = data.week[s + "_maybe_share"][state.slot], mine = shareOf(s);
    byId("now-at").textContent = said() + " · " + limit(s);
    byId("now-share").textContent = share(mine);
    byId("now-left").textContent = t("left", { n: amount(leftOver()) });
    byId("now-other").textContent = t("other", { limit: limit(second), share: share(shareOf(second)) });
    byId("now-maybe").textContent = state.mode === "hour" && maybe !== null && maybe - mine > 0.00005 ? t("maybe", { share: share(maybe) }) : "";
    byId("now-open").textContent = state.mode === "hour" ? t("open", { n: whole(data.week.open[state.slot]) })
      : t(state.mode === "24h" ? "open_24h" : "open_all", { n: whole(data.totals[state.mode === "24h" ? "stations_24h" : "stations"]) });
    var rows = worst().map(function (town) {
      return make("li", {}, [yizhan.foreign("span", t(data.varies && state.mode === "hour" ? "worst_plain" : "worst_row", { name: yizhan.pick(data.towns.names[town.k]), n: amount(town.left),
        share: share(town.all ? Math.min(1, town.left / town.all) : null) }))]);
    });
    byId("now-worst").replaceChildren.apply(byId("now-worst"), rows.length ? rows : [make("li", { "class": "small" }, [t("none_left")])]);
  }

  function tellControls() {
    var slider = byId("hour"), day = Math.floor(state.slot / DAY);
    slider.value = String(state.slot);
    slider.setAttribute("aria-valuetext", moment(state.slot));
    byId("hour-said").textContent = moment(state.slot);
    each("[data-moment]", function (button) {
      var which = button.dataset.moment;
      var on = which === "day" ? state.mode === "hour" && state.slot === data.day_slot : which === "night" ? state.mode === "hour" && state.slot === data.night_slot
        : state.mode === which;
      button.setAttribute("aria-pressed", String(on));
    });
    each("[data-standard]", function (button) {
      button.textContent = limit(button.dataset.standard);
      button.setAttribute("aria-pressed", String(button.dataset.standard === state.standard));
    });
    each("#week-days button", function (button, k) { button.setAttribute("aria-pressed", String(state.mode === "hour" && k === day)); });
    var cursor = byId("week-cursor");
    if (cursor) {
      var x = 46 + (state.slot + 0.5) / SLOTS * (760 - 46 - 150);
      cursor.setAttribute("d", "M" + x.toFixed(1) + " 14V260");
      cursor.setAttribute("visibility", state.mode === "hour" ? "visible" : "hidden");
    }
  }

  var speaking = null;
  function speak() {
    clearTimeout(speaking);
    speaking = setTimeout(function () {
      byId("status").textContent = byId("now-at").textContent + " " + byId("now-share").textContent + " " + t("covered") + " " + byId("now-left").textContent;
    }, 600);
  }

  var waiting = false;
  function set(change) {
    Object.assign(state, change);
    state.slot = Math.max(0, Math.min(SLOTS - 1, state.slot));
    tellControls();
    tellNumbers();
    if (Object.keys(change).length) speak();
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () {
      waiting = false;
      listeners.forEach(function (run) { run(state); });
    });
  }

  // -- controls

  function days() {
    byId("week-days").replaceChildren.apply(byId("week-days"), data.weekdays.map(function (pair, k) {
      var button = make("button", { type: "button", "aria-pressed": "false" }, [yizhan.pick(pair)]);
      button.addEventListener("click", function () { set({ slot: k * DAY + state.slot % DAY, mode: "hour" }); });
      return button;
    }));
  }

  function listen() {
    var slider = byId("hour");
    slider.addEventListener("input", function () { set({ slot: Number(slider.value), mode: "hour" }); });
    slider.addEventListener("keydown", function (event) {
      var step = { PageUp: DAY, PageDown: -DAY }[event.key];
      if (!step) return;
      event.preventDefault();
      set({ slot: (state.slot + step + SLOTS) % SLOTS, mode: "hour" });
    });
    each("[data-moment]", function (button) {
      button.addEventListener("click", function () {
        var which = button.dataset.moment;
        if (which === "day") set({ slot: data.day_slot, mode: "hour" });
        else if (which === "night") set({ slot: data.night_slot, mode: "hour" });
        else set({ mode: which });
      });
    });
    each("[data-standard]", function (button) {
      button.addEventListener("click", function () { set({ standard: button.dataset.standard }); });
    });
    each("#week svg", function (chart) {
      chart.addEventListener("click", function (event) {
        var box = chart.getBoundingClientRect(), x = (event.clientX - box.left) / box.width * 760;
        if (x >= 46 && x < 610) set({ slot: Math.floor((x - 46) / 564 * SLOTS), mode: "hour" });
      });
    });
  }

  // -- tables

  function sortTable(table, header) {
    var column = Array.prototype.indexOf.call(header.parentNode.children, header), body = table.tBodies[0];
    var isNumber = header.classList.contains("n"), up = header.getAttribute("aria-sort") === (isNumber ? "descending" : null) ||
      (!isNumber && header.getAttribute("aria-sort") !== "ascending");
    function key(row) {
      var cell = row.cells[column];
      if (!cell.dataset.v && cell.dataset.v !== "") return cell.textContent;
      return cell.dataset.v === "" ? null : Number(cell.dataset.v);
    }
    var rows = Array.prototype.slice.call(body.rows).map(function (row) { return { row: row, key: key(row) }; });
    rows.sort(function (a, b) {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      var order = typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : String(a.key).localeCompare(String(b.key), "zh-CN");
      return up ? order : -order;
    });
    rows.forEach(function (entry) { body.append(entry.row); });
    Array.prototype.forEach.call(table.tHead.querySelectorAll("[aria-sort]"), function (other) { other.removeAttribute("aria-sort"); });
    clearTimeout(speaking);
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    byId("status").textContent = t(up ? "sorted_up" : "sorted_down", { column: header.innerText.trim() });
  }

  each("table[data-sorts]", function (table) {
    Array.prototype.forEach.call(table.tHead.rows[table.tHead.rows.length - 1].cells, function (header) {
      header.querySelector("button").addEventListener("click", function () { sortTable(table, header); });
    });
  });

  // -- language

  var title = document.title;
  function speakLanguage(english) {
    yizhan.setEnglish(english);
    document.documentElement.lang = english ? "en" : "zh-CN";
    document.title = english ? document.querySelector("h1 .en").textContent : title;
    byId("language").textContent = english ? "中文" : "English";
    byId("language").lang = english ? "zh-CN" : "en";
    byId("language").setAttribute("aria-label", english ? "切换到中文" : "Switch to English");
    each("[data-label]", function (element) { element.setAttribute("aria-label", t(element.dataset.label)); });
    days();
    set({});
  }
  byId("language").addEventListener("click", function () { speakLanguage(!yizhan.isEnglish()); });

  days();
  listen();
  return { state: state, set: set, share: share, amount: amount, moment: moment, said: said, octets: octets, shorts: shorts, longs: longs, each: each, clock: clock,
    onChange: function (run) { listeners.push(run); },
    start: function () { speakLanguage(yizhan.isEnglish()); } };
})();
yizhan.report.start();
