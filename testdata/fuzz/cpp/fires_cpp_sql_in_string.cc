#include <libpq-fe.h>

int rebuild(PGconn *conn, const char *table) {
	PGresult *result = PQexec(conn, "DROP TABLE IF EXISTS orders_old");
	PQclear(result);
	return copy_rows(conn, table);
}
