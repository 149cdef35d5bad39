-- What other instances sent (DESIGN §5): one table a package name, one partition a package; made when the first package arrives.
CREATE DATABASE IF NOT EXISTS exchange_in;
CREATE DATABASE IF NOT EXISTS exchange_stage;
