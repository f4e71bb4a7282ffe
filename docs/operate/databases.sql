-- Databases beside the ledger's own: keys never share one with it, and callers come and go.
CREATE DATABASE records_keys ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;
CREATE DATABASE records_callers ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;
