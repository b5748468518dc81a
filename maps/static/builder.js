// Writes the code for other people's pages from a few choices. Names of areas are data: they become text or escaped.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("builder-data").textContent);
  var english = /[?&]lang=en\b/.test(location.search), frame = null, made = 0;

  function byId(id) { return document.getElementById(id); }
  function pick(pair) { return pair[english ? 1 : 0]; }
  function t(key, values) {
    return pick(data.texts[key]).replace(/\{(\w+)\}/g, function (all, name) { return values && name in values ? values[name] : all; });
  }
  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }
  function area() { return data.areas[byId("area").selectedIndex]; }
  function titled(title) { return area().name ? title + " · " + area().name : title; }

  // What the service is asked: the language is only named where it is not the first one.
  function query(withLanguage) {
    var asked = [];
    if (area().adcode) asked.push("adcode=" + area().adcode);
    if (byId("only24").checked) asked.push("is_24h=true");
    if (withLanguage && byId("lang").value === "en") asked.push("lang=en");
    return asked.length ? "?" + asked.join("&") : "";
  }
  function address(path, withLanguage) { return new URL(path, location.href).href.split("?")[0] + query(withLanguage); }

  function height() {
    var given = parseInt(byId("height").value, 10);
    return Math.min(data.heights[2], Math.max(data.heights[0], isNaN(given) ? data.heights[1] : given));
  }

  // Plain attributes instead of a style, which content systems and policies take away.
  function frameCode() {
    var title = titled(data.title[byId("lang").value === "en" ? 1 : 0]);
    var open = data.texts.open[byId("lang").value === "en" ? 1 : 0].replace("{title}", function () { return title; });
    return "<iframe src=\"" + escaped(address("../embed", true)) + "\" title=\"" + escaped(title) + "\" width=\"100%\" height=\"" +
      height() + "\" frameborder=\"0\" loading=\"lazy\" allow=\"geolocation\" allowfullscreen referrerpolicy=\"no-referrer\"></iframe>\n" +
      "<p><a href=\"" + escaped(address("../map", true)) + "\" target=\"_blank\" rel=\"noopener\">" + escaped(open) + "</a></p>\n";
  }

  // The frame that the code makes, in a sandbox: no more rights than on a stranger's site.
  function preview() {
    var source = address("../embed", true);
    if (!frame || frame.src !== source) {
      frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
      frame.setAttribute("allow", "geolocation");
      frame.src = source;
      byId("preview").replaceChildren(frame);
    }
    frame.title = t("preview");
    frame.height = height();
  }

  function command(flags) {
    return "yizhan map " + flags + (area().adcode ? " --adcode " + area().adcode : "") + (byId("only24").checked ? " --only-24h" : "");
  }

  function write() {
    var n = byId("only24").checked ? area().n24 : area().n, fits = n <= data.most, file = byId("file-get");
    byId("frame-code").value = frameCode();
    byId("table-made").hidden = true;
    byId("table-code").value = "";
    made++;
    byId("table-get").disabled = !fits;
    byId("too-many").hidden = fits && area().n <= data.most;
    byId("too-many").textContent = t("too_many", { n: area().n, most: data.most });
    byId("table-command").textContent = command("--table --out table.html");
    byId("file-command").textContent = command("--out map.html").replace(" --only-24h", "");
    if (area().n <= data.most) { file.href = address("file").replace(/([?&])is_24h=true&?/, "$1").replace(/[?&]$/, ""); file.removeAttribute("aria-disabled"); }
    else { file.removeAttribute("href"); file.setAttribute("aria-disabled", "true"); }
    preview();
  }

  function say(key) { byId("said").textContent = t(key); }

  function table() {
    var asked = ++made;
    say("table_loading");
    fetch(address("table")).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      if (asked !== made) return;
      byId("table-code").value = text;
      byId("table-made").hidden = false;
      say("table_ready");
    }, function () { if (asked === made) say("table_failed"); });
  }

  // Without HTTPS there is no clipboard for scripts, but the selection can be copied.
  function copy(id) {
    var field = byId(id);
    field.focus();
    field.select();
    function done() { say("copied"); }
    function other() { say(document.execCommand && document.execCommand("copy") ? "copied" : "copy_self"); }
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(field.value).then(done, other);
    else other();
  }

  function words() {
    var chosen = byId("area").selectedIndex;
    document.documentElement.lang = english ? "en" : "zh-CN";
    document.title = t("title");
    document.querySelectorAll("[data-t]").forEach(function (element) { element.textContent = t(element.getAttribute("data-t")); });
    byId("language").textContent = t("switch_language");
    byId("language").lang = english ? "zh-CN" : "en";
    byId("area").replaceChildren.apply(byId("area"), data.areas.map(function (one) {
      var option = document.createElement("option");
      option.value = one.adcode;
      option.textContent = t("area_n", { name: one.name || t("all"), n: one.n, n24: one.n24 });
      return option;
    }));
    byId("area").selectedIndex = Math.max(0, chosen);
    byId("said").textContent = "";
    write();
  }

  byId("height").min = data.heights[0];
  byId("height").max = data.heights[2];
  byId("height").value = data.heights[1];
  byId("choices").addEventListener("change", function () { byId("height").value = height(); write(); });
  byId("choices").addEventListener("submit", function (event) { event.preventDefault(); });
  byId("language").addEventListener("click", function () { english = !english; words(); });
  byId("table-get").addEventListener("click", table);
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.addEventListener("click", function () { copy(button.getAttribute("data-copy")); });
  });
  words();
})();
