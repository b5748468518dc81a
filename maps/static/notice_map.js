"use strict";
// Numbered pins of the stations in public notice; each leads to its entry of the list.
(function (map) {
  const data = JSON.parse(document.getElementById("notice-data").textContent);
  (data.base ? data.base.urls : []).forEach(function (url) {
    L.tileLayer(url, { subdomains: data.base.subdomains, maxZoom: data.base.max_zoom }).addTo(map);
  });
  const zoom = L.control.zoom({ zoomInTitle: data.zoom[0], zoomOutTitle: data.zoom[1] });
  zoom.addTo(map);
  map.scrollWheelZoom.disable();
  data.pins.forEach(function (pin) {
    const icon = L.divIcon({ className: "pin", html: String(pin.number), iconSize: [26, 24] });
    const marker = L.marker([pin.lat, pin.lon], { icon: icon, title: pin.number + " " + pin.name, alt: pin.name });
    function lead() { location.hash = "n" + pin.number; }
    marker.on("click", lead);
    // Leaflet makes a click of Enter only where a popup is bound.
    marker.on("keydown", function (event) { if (event.originalEvent.key === "Enter") lead(); });
    marker.addTo(map);
  });
  if (data.pins.length) {
    map.fitBounds(data.pins.map(function (pin) { return [pin.lat, pin.lon]; }), { padding: [30, 30], maxZoom: 16 });
  }
})(__MAP__);
