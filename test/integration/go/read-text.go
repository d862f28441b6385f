// Reads expositions with the parser of Prometheus' own Go libraries, and prints what it understood.
//
//	read-text FILE...
//
// Prints one line of JSON for each file: its samples, or the error. Numbers are strings, as JSON has neither NaN nor infinities.
// A file whose name ends in .pb is read as delimited protobuf, any other as text.
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build read-text.go
package main

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

type sample struct {
	Name   string      `json:"name"`
	Labels [][2]string `json:"labels"`
	Value  string      `json:"value"`
}

type family struct {
	Name    string   `json:"name"`
	Help    string   `json:"help"`
	Type    string   `json:"type"`
	Samples []sample `json:"samples"`
}

type reading struct {
	Error    string   `json:"error,omitempty"`
	Families []family `json:"families"`
}

func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }

func whole(value uint64) string { return strconv.FormatUint(value, 10) }

func samplesOf(name string, metric *dto.Metric) []sample {
	labels := [][2]string{}
	for _, pair := range metric.Label {
		labels = append(labels, [2]string{pair.GetName(), pair.GetValue()})
	}
	with := func(label, value string) [][2]string {
		return append(append([][2]string{}, labels...), [2]string{label, value})
	}
	var samples []sample
	switch {
	case metric.Counter != nil:
		samples = append(samples, sample{name, labels, number(metric.Counter.GetValue())})
	case metric.Gauge != nil:
		samples = append(samples, sample{name, labels, number(metric.Gauge.GetValue())})
	case metric.Untyped != nil:
		samples = append(samples, sample{name, labels, number(metric.Untyped.GetValue())})
	case metric.Histogram != nil:
		last := 0.0
		for _, bucket := range metric.Histogram.Bucket {
			last = bucket.GetUpperBound()
			samples = append(samples, sample{name + "_bucket", with("le", number(bucket.GetUpperBound())), whole(bucket.GetCumulativeCount())})
		}
		// Protobuf may leave it out.
		if !math.IsInf(last, 1) {
			samples = append(samples, sample{name + "_bucket", with("le", "+Inf"), whole(metric.Histogram.GetSampleCount())})
		}
		samples = append(samples, sample{name + "_sum", labels, number(metric.Histogram.GetSampleSum())})
		samples = append(samples, sample{name + "_count", labels, whole(metric.Histogram.GetSampleCount())})
	case metric.Summary != nil:
		for _, quantile := range metric.Summary.Quantile {
			samples = append(samples, sample{name, with("quantile", number(quantile.GetQuantile())), number(quantile.GetValue())})
		}
		samples = append(samples, sample{name + "_sum", labels, number(metric.Summary.GetSampleSum())})
		samples = append(samples, sample{name + "_count", labels, whole(metric.Summary.GetSampleCount())})
	}
	return samples
}

func familiesOf(file io.Reader, isProtobuf bool) (map[string]*dto.MetricFamily, error) {
	if !isProtobuf {
		var parser expfmt.TextParser
		return parser.TextToMetricFamilies(file)
	}
	families := map[string]*dto.MetricFamily{}
	decoder := expfmt.NewDecoder(file, expfmt.FmtProtoDelim)
	for {
		family := &dto.MetricFamily{}
		if err := decoder.Decode(family); err == io.EOF {
			return families, nil
		} else if err != nil {
			return nil, err
		}
		families[family.GetName()] = family
	}
}

func read(path string) reading {
	file, err := os.Open(path)
	if err != nil {
		return reading{Error: err.Error()}
	}
	defer file.Close()
	parsed, err := familiesOf(file, strings.HasSuffix(path, ".pb"))
	if err != nil {
		return reading{Error: err.Error()}
	}
	families := []family{}
	for name, read := range parsed {
		one := family{name, read.GetHelp(), strings.ToLower(read.GetType().String()), []sample{}}
		for _, metric := range read.Metric {
			one.Samples = append(one.Samples, samplesOf(name, metric)...)
		}
		families = append(families, one)
	}
	sort.Slice(families, func(i, j int) bool { return families[i].Name < families[j].Name })
	return reading{Families: families}
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		if err := out.Encode(read(path)); err != nil {
			panic(err)
		}
	}
}
