// Package incident makes cases of findings: what belongs to one machine, how severe it is, what has happened since, in words for people.
package incident
