"""The step that lets shoppers be found by the beginnings of their names, without accents or case."""

from __future__ import annotations

NAMES = """
CREATE VIRTUAL TABLE persona_name USING fts5(
    first_name, last_name, content='persona', content_rowid='id', columnsize=0, prefix='2',
    tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO persona_name (persona_name) VALUES ('rebuild');
CREATE TRIGGER persona_named AFTER INSERT ON persona BEGIN
    INSERT INTO persona_name (rowid, first_name, last_name) VALUES (NEW.id, NEW.first_name, NEW.last_name);
END;
CREATE TRIGGER persona_renamed AFTER UPDATE OF first_name, last_name ON persona
WHEN OLD.first_name <> NEW.first_name OR OLD.last_name <> NEW.last_name BEGIN
    INSERT INTO persona_name (persona_name, rowid, first_name, last_name)
        VALUES ('delete', OLD.id, OLD.first_name, OLD.last_name);
    INSERT INTO persona_name (rowid, first_name, last_name) VALUES (NEW.id, NEW.first_name, NEW.last_name);
END;
CREATE TRIGGER persona_unnamed AFTER DELETE ON persona BEGIN
    INSERT INTO persona_name (persona_name, rowid, first_name, last_name)
        VALUES ('delete', OLD.id, OLD.first_name, OLD.last_name);
END;
CREATE INDEX persona_src_id ON persona (src_id) WHERE src_id IS NOT NULL;
"""
