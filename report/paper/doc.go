// Package paper lays a report out as blocks and writes them as one HTML page and as a PDF on A4, with their fonts and charts.
package paper
