# MariaDB with compression: many rows, a row of 200,000 bytes and one of 2 MB, several statements at once, prepared ones, an error, a file of the client, a statement of 100,000 bytes
# filter: port 3306
mkdir -p "$DIR/mysql"
mariadb-install-db --no-defaults --user=root --auth-root-authentication-method=normal --datadir="$DIR/mysql" >/dev/null 2>&1
cat >"$DIR/init.sql" <<'SQL'
SET NAMES utf8mb4;
CREATE DATABASE juki CHARACTER SET utf8mb4;
CREATE TABLE juki.jumin (id INT PRIMARY KEY, name VARCHAR(40), note MEDIUMTEXT);
INSERT INTO juki.jumin SELECT seq, concat('住民 ', seq), md5(seq) FROM juki.seq_1_to_3000;
CREATE USER 'tanaka'@'%' IDENTIFIED BY 'himitsu';
GRANT ALL ON *.* TO 'tanaka'@'%' WITH GRANT OPTION;
SQL
on internet mariadbd --no-defaults --user=root --datadir="$DIR/mysql" --socket="$DIR/mysql/s" --pid-file="$DIR/mysql/pid" --bind-address="$WEB" --port=3306 \
	--skip-name-resolve --local-infile=1 --max-allowed-packet=16M --innodb-buffer-pool-size=8M --init-file="$DIR/init.sql" >/dev/null 2>&1 &
server=$!
my() { pc mariadb --no-defaults -h "$WEB" -u tanaka -phimitsu --compress --default-character-set=utf8mb4 "$@" >/dev/null 2>&1 || true; }
for _ in $(seq 60); do on internet mariadb-admin --no-defaults -h "$WEB" -u tanaka -phimitsu ping >/dev/null 2>&1 && break; sleep 0.5; done
my juki -e 'select * from jumin'
my -e 'select 1' --password=wrong
my juki -e "update jumin set note='moved' where id=2; insert into jumin (id, name) values (10003, 'new'); select * from nowhere"
my juki --delimiter=@ -e 'select id from jumin where id < 4; select count(*) from jumin@'
my juki -e "select repeat('long ', 40000), 7; select group_concat(md5(seq) separator '') from (select seq from seq_1_to_3000 union select 0) x"
my juki -e "select concat(repeat('x', 2000000), 'end'); select 8"
printf '20009\tfrom a file\n20010\tanother\n' >"$DIR/rows.tsv"
chmod 755 "$DIR"; chmod 644 "$DIR/rows.tsv"
my juki --local-infile=1 -e "load data local infile '$DIR/rows.tsv' into table jumin (id, name)"
{ printf "insert into jumin (id, note) values (30001, '"; seq -s, 17000 | tr -d '\n'; printf "'); select length(note) from jumin where id = 30001;\n"; } >"$DIR/long.sql"
my juki <"$DIR/long.sql"
DSN="DBI:MariaDB:database=juki;host=$WEB;mariadb_compression=1" pc perl -MDBI -e '
	my $db = DBI->connect($ENV{DSN}, "tanaka", "himitsu", {mariadb_server_prepare => 1, PrintError => 0}) or exit;
	my $some = $db->prepare("select id, name from jumin where id < ?");
	for my $id (300, 1) { $some->execute($id); $some->fetchall_arrayref; }
	$db->prepare("delete from jumin where id = ?")->execute(20010);
	$db->ping; $db->disconnect;' || true
kill "$server" || true
wait "$server" || true
