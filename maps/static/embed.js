// In a frame: never a scroll trap, and a way out to the whole window. Everywhere: the first filter, from the address.
(function () {
  "use strict";
  var HINT_MS = 1600, data = yizhan.data, make = yizhan.make;
  var framed = window.top !== window;
  var mac = /Mac|iP(hone|ad|od)/.test(navigator.platform || "");
  yizhan.framed = framed;
  if (/[?&]is_24h=true\b/.test(location.search)) {
    yizhan.list.filters["24h"] = true;
    yizhan.list.refresh();
    yizhan.pressed();
  }
  if (!framed) return;
  document.documentElement.classList.add("framed");

  function say(key) { return yizhan.pick(data.embed[key]); }

  // The same page by itself; of a page in a file, the file.
  var full = make("a", { "class": "language full", id: "full", target: "_blank", rel: "noopener" }, []);
  function name() {
    full.textContent = say("full");
    full.setAttribute("aria-label", say("full_label"));
    full.href = location.href.split("#")[0].replace(/\/embed(?=\?|$)/, "/map");
  }
  name();
  yizhan.byId("language").before(full);
  yizhan.byId("language").addEventListener("click", name);

  // Called by the page once there is a map.
  yizhan.calmScrolling = function (map) {
    var hint = make("p", { "class": "frame-hint", "aria-hidden": "true", hidden: "" }, []), timer = 0;
    var box = map.getContainer();
    box.append(hint);
    function tell(key) {
      hint.textContent = say(key);
      hint.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(function () { hint.hidden = true; }, HINT_MS);
    }
    // Before Leaflet sees the wheel: without the key it belongs to the page around.
    box.addEventListener("wheel", function (event) {
      if (event.ctrlKey || event.metaKey) { hint.hidden = true; return; }
      event.stopImmediatePropagation();
      tell(mac ? "hint_wheel_mac" : "hint_wheel");
    }, { capture: true, passive: true });
    // One finger scrolls the page around, two move and zoom the map.
    if (!window.matchMedia("(pointer: coarse)").matches) return;
    map.dragging.disable();
    box.classList.add("one-finger-scrolls");
    var start = null;
    box.addEventListener("touchmove", function (event) {
      if (event.touches.length > 1) { hint.hidden = true; return; }
      if (start === null) { start = event.timeStamp; tell("hint_touch"); }
    }, { passive: true });
    box.addEventListener("touchend", function () { start = null; }, { passive: true });
  };
})();
