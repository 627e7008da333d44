"""The kiosk: a family fills in its application on a screen, one section at a time, and leaves with a receipt."""
