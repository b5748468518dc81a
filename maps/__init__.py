"""Folium pages: every page is a ``folium.Map`` returned by one public function."""
