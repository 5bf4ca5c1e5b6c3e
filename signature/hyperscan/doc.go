// Package hyperscan does what multi does by libhyperscan, where built with the tag hyperscan: a second opinion, and a faster way.
package hyperscan
