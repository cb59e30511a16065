"""What people are told, in each language: gettext catalogues, read by Babel."""
