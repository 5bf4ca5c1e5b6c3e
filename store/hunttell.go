//go:build !slim && cgo

package store

import (
	"database/sql"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// tell sends the answer in bunches of rows.
func tell(rows *sql.Rows, limit int, enc *gob.Encoder) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	part := answer{Columns: columns}
	for n := 0; rows.Next(); n++ {
		if n == limit {
			part.Truncated = true
			break
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := make([]cell, len(values))
		for i, v := range values {
			row[i] = cellOf(v)
		}
		part.Rows = append(part.Rows, row)
		if len(part.Rows) == 500 {
			if err := enc.Encode(part); err != nil {
				return err
			}
			part = answer{}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	part.Done = true
	return enc.Encode(part)
}

// maxCell bounds one text of an answer.
const maxCell = 16 << 10

func cellOf(v any) cell {
	switch v := v.(type) {
	case nil:
		return cell{Kind: 'n'}
	case string:
		return cell{Kind: 's', Text: shortenTo(v, maxCell)}
	case bool:
		if v {
			return cell{Kind: 'b', Int: 1}
		}
		return cell{Kind: 'b'}
	case time.Time:
		return cell{Kind: 't', Int: v.UnixMicro()}
	case float64:
		return cell{Kind: 'f', Float: v}
	case float32:
		return cell{Kind: 'f', Float: float64(v)}
	case duckdb.Decimal:
		return cell{Kind: 'f', Float: v.Float64()}
	case int64:
		return cell{Kind: 'i', Int: v}
	case int8, int16, int32:
		return cell{Kind: 'i', Int: reflect.ValueOf(v).Int()}
	case uint8, uint16, uint32:
		return cell{Kind: 'i', Int: int64(reflect.ValueOf(v).Uint())}
	case uint64:
		if v <= 1<<63-1 {
			return cell{Kind: 'i', Int: int64(v)}
		}
	case *big.Int:
		if v.IsInt64() {
			return cell{Kind: 'i', Int: v.Int64()}
		}
	case duckdb.UUID:
		return cell{Kind: 's', Text: v.String()}
	case []any, duckdb.Map, map[string]any:
		if b, err := json.Marshal(v); err == nil {
			return cell{Kind: 's', Text: shortenTo(string(b), maxCell)}
		}
	}
	return cell{Kind: 's', Text: shortenTo(fmt.Sprint(v), maxCell)}
}
