"""Good practices from a spreadsheet: parse the file, plan what it would do, show the plan, execute all of it or nothing."""
