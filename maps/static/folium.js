// What stock Folium elements expect to find: Leaflet's own marker images, and the two uses Folium makes of jQuery.
(function () {
  "use strict";
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions({ iconUrl: "@icon@", iconRetinaUrl: "@icon-2x@", shadowUrl: "@shadow@" });
  if (!L.AwesomeMarkers) L.AwesomeMarkers = { icon: function () { return new L.Icon.Default(); } };
  if (!window.$) {
    window.$ = function (what) {
      if (what === document) return { ready: function (run) { run(); } };
      var holder = document.createElement("template");
      holder.innerHTML = String(what).trim();
      return [holder.content.firstElementChild];
    };
  }
})();
