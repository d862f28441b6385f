// Times recordings of client_golang as cases/record.js does those of the Node libraries: go-bench <case> prints nanoseconds a call, one
// figure a round, as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const picks = 2048

var (
	labelNames = []string{"method", "route", "status"}
	bounds     = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
)

func combinations(next *rand.Rand) [][3]string {
	var all [][3]string
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
		for route := 0; route < 30; route++ {
			for _, status := range []string{"200", "304", "404", "500"} {
				all = append(all, [3]string{method, fmt.Sprintf("/api/v1/resource-%d", route), status})
			}
		}
	}
	next.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func perCall(batch func(calls int)) []float64 {
	calls := 4096
	rate := 0.0
	for until := time.Now().Add(300 * time.Millisecond); time.Now().Before(until); {
		start := time.Now()
		batch(calls)
		rate = float64(calls) / float64(time.Since(start).Nanoseconds())
	}
	calls = int(rate * 60e6)
	var samples []float64
	for round := 0; round < 10; round++ {
		start := time.Now()
		batch(calls)
		samples = append(samples, float64(time.Since(start).Nanoseconds())/float64(calls))
	}
	return samples
}

func main() {
	next := rand.New(rand.NewSource(1))
	all := combinations(next)
	var which [picks]int
	var values [picks]float64
	for i := range which {
		which[i] = next.Intn(len(all))
		values[i] = 0.05 * math.Exp(1.3*next.NormFloat64())
	}
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total", Help: "A counter."}, labelNames)
	histogramOptions := prometheus.HistogramOpts{Name: "duration_seconds", Help: "A histogram.", Buckets: bounds}
	var samples []float64
	switch os.Args[1] {
	case "inc-handle":
		handles := make([]prometheus.Counter, len(all))
		for i, labels := range all {
			handles[i] = counter.WithLabelValues(labels[0], labels[1], labels[2])
		}
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				handles[which[i%picks]].Inc()
			}
		})
	case "inc-object":
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				labels := &all[which[i%picks]]
				counter.With(prometheus.Labels{"method": labels[0], "route": labels[1], "status": labels[2]}).Inc()
			}
		})
	case "inc-positional":
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				labels := &all[which[i%picks]]
				counter.WithLabelValues(labels[0], labels[1], labels[2]).Inc()
			}
		})
	case "observe":
		var histograms [16]prometheus.Histogram
		for i := range histograms {
			histograms[i] = prometheus.NewHistogram(histogramOptions)
		}
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				histograms[which[i%picks]%16].Observe(values[i%picks])
			}
		})
	case "observe-object":
		histogram := prometheus.NewHistogramVec(histogramOptions, labelNames)
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				labels := &all[which[i%picks]]
				histogram.With(prometheus.Labels{"method": labels[0], "route": labels[1], "status": labels[2]}).Observe(values[i%picks])
			}
		})
	case "summary":
		var summaries [16]prometheus.Summary
		for i := range summaries {
			summaries[i] = prometheus.NewSummary(prometheus.SummaryOpts{
				Name: "duration_seconds", Help: "A summary.", MaxAge: time.Minute, AgeBuckets: 5,
				Objectives: map[float64]float64{0.5: 0.05, 0.9: 0.01, 0.95: 0.005, 0.99: 0.001},
			})
		}
		samples = perCall(func(calls int) {
			for i := 0; i < calls; i++ {
				summaries[which[i%picks]%16].Observe(values[i%picks])
			}
		})
	default:
		fmt.Fprintf(os.Stderr, "no case %q\n", os.Args[1])
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(samples); err != nil {
		panic(err)
	}
}
