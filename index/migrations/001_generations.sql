-- Generations of the index, of which one is active. Each has tables of its own: passages_<id>, units_<id>, files_<id>.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE lateline.generations (
    id text PRIMARY KEY,
    manifest text NOT NULL,
    published timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE lateline.active (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    generation text NOT NULL REFERENCES lateline.generations (id)
);
