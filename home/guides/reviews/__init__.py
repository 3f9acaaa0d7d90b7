"""Reviews of practices: rules, who wrote and approved what, the workflow, the reviewers' inbox."""
