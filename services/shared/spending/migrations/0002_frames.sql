-- One row per chapter, post and year, made by the first decision that is judged by the frame. It
-- holds no sums: who judges locks it, and then sums what is registered.

create table spending.frames (
    chapter text not null,
    post text not null,
    year int not null,
    primary key (chapter, post, year)
);

grant select, insert, update on spending.frames to norec_app;
