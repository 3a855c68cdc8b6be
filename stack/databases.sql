-- Run once by the PostgreSQL image, beside master's database, which it creates itself.
CREATE DATABASE reactive_tables_client;
