"""Answers as sheets: CSV and XLSX."""
