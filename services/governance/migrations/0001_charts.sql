grant usage on schema public to norec_app;
