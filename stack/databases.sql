-- Run once by the PostgreSQL image: a database for each project.
CREATE DATABASE reactive_tables_master;
CREATE DATABASE reactive_tables_client;
