"""What pages and API show of learning: values made of documents, rules and a learner's own state. Nothing writes here."""
