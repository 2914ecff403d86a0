-- Rows of 0 are counted and not kept; and a voucher that a row corrects is looked up by its number.

alter table accounts_imports add column zero_row_count int not null default 0 check (zero_row_count >= 0);

create index account_rows_voucher on account_rows (voucher);
