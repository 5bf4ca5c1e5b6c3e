# MariaDB: log-ons right and wrong, results as text and, of prepared statements, in binary, changes, an error, two statements at once, a file of the client that the server asks for, a user made with a password
# filter: port 3306
mkdir -p "$DIR/mysql"
mariadb-install-db --no-defaults --user=root --auth-root-authentication-method=normal --datadir="$DIR/mysql" >/dev/null 2>&1
cat >"$DIR/init.sql" <<'SQL'
SET NAMES utf8mb4;
CREATE DATABASE juki CHARACTER SET utf8mb4;
CREATE TABLE juki.jumin (id INT PRIMARY KEY, name VARCHAR(40), born DATE, moved DATETIME(3), tax DOUBLE, seen TIME, note TEXT, size BIGINT UNSIGNED);
INSERT INTO juki.jumin VALUES (1,'櫓 太郎','1970-01-02','2026-04-01 08:30:00.250',1234.5,'-01:02:03',NULL,18446744073709551615),(2,'櫓 花子','1980-12-31',NULL,0,'25:00:00','memo',7);
CREATE USER 'tanaka'@'%' IDENTIFIED BY 'himitsu';
GRANT ALL ON *.* TO 'tanaka'@'%' WITH GRANT OPTION;
SQL
on internet mariadbd --no-defaults --user=root --datadir="$DIR/mysql" --socket="$DIR/mysql/s" --pid-file="$DIR/mysql/pid" --bind-address="$WEB" --port=3306 \
	--skip-name-resolve --local-infile=1 --innodb-buffer-pool-size=8M --init-file="$DIR/init.sql" >/dev/null 2>&1 &
server=$!
my() { pc mariadb --no-defaults -h "$WEB" -u tanaka -phimitsu --default-character-set=utf8mb4 "$@" >/dev/null 2>&1 || true; }
for _ in $(seq 60); do on internet mariadb-admin --no-defaults -h "$WEB" -u tanaka -phimitsu ping >/dev/null 2>&1 && break; sleep 0.5; done
my juki -e 'select * from jumin'
my -e 'select 1' --password=wrong
my juki -e "update jumin set note='moved' where id=2; insert into jumin (id, name) values (3, 'new'); select * from nowhere"
my juki --delimiter=@ -e 'select id from jumin; select count(*) from jumin@'
my juki -e "create user 'sato'@'%' identified by 'naisho'; show processlist"
printf '9\tfrom a file\n10\tanother\n' >"$DIR/rows.tsv"
chmod 755 "$DIR"; chmod 644 "$DIR/rows.tsv"
my juki --local-infile=1 -e "load data local infile '$DIR/rows.tsv' into table jumin (id, name)"
DSN="DBI:MariaDB:database=juki;host=$WEB" pc perl -MDBI -e '
	my $db = DBI->connect($ENV{DSN}, "tanaka", "himitsu", {mariadb_server_prepare => 1, PrintError => 0}) or exit;
	my $some = $db->prepare("select * from jumin where id < ?");
	for my $id (3, 1) { $some->execute($id); $some->fetchall_arrayref; }
	$db->prepare("delete from jumin where id = ?")->execute(10);
	$db->ping; $db->disconnect;' || true
pc mariadb-admin --no-defaults -h "$WEB" -u tanaka -phimitsu status >/dev/null 2>&1 || true
kill "$server" || true
wait "$server" || true
