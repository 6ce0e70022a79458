// vcsim, the vCenter simulator of the govmomi module, as a program. The vendor's own program is a
// nested module that the Go module proxy does not serve everywhere. Flags that both have carry the
// vendor's names, so that either can be started the same way; -fault, -task-delay,
// -guest…, -export-disk and -deny are ours.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"github.com/vmware/govmomi/simulator"

	_ "github.com/vmware/govmomi/cns/simulator"
	_ "github.com/vmware/govmomi/eam/simulator"
	_ "github.com/vmware/govmomi/lookup/simulator"
	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/ssoadmin/simulator"
	_ "github.com/vmware/govmomi/sts/simulator"
	_ "github.com/vmware/govmomi/vapi/appliance/simulator"
	_ "github.com/vmware/govmomi/vapi/cis/tasks/simulator"
	_ "github.com/vmware/govmomi/vapi/cluster/simulator"
	_ "github.com/vmware/govmomi/vapi/crypto/simulator"
	_ "github.com/vmware/govmomi/vapi/esx/settings/clusters/vms/simulator"
	_ "github.com/vmware/govmomi/vapi/esx/settings/simulator"
	_ "github.com/vmware/govmomi/vapi/namespace/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
	_ "github.com/vmware/govmomi/vapi/vcenter/consumptiondomains/simulator"
	_ "github.com/vmware/govmomi/vapi/vm/simulator"
	_ "github.com/vmware/govmomi/vsan/simulator"
	_ "github.com/vmware/govmomi/vslm/simulator"
)

// buildVersion is set by the linker.
var buildVersion = "v0.0.0"

// serverURL is known once the simulator listens.
var serverURL string

type options struct {
	listen, user, password string
	tls                    bool
	cert, key              string
	load, traceFile        string
	methodDelay            delays
	faults                 faults
	guest                  guestOptions
	exportDisk             string
	deny                   string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("vcsim: ")
	model := simulator.VPX()
	o := parse(model)
	if flag.Arg(0) == "version" {
		fmt.Printf("Build Version: %s\n", buildVersion)
		return
	}
	if err := run(model, o); err != nil {
		log.Fatal(err)
	}
}

func parse(model *simulator.Model) *options {
	o := &options{methodDelay: delays{}}
	counts := []struct {
		name  string
		value *int
		usage string
	}{
		{"dc", &model.Datacenter, "number of datacenters"},
		{"cluster", &model.Cluster, "number of clusters per datacenter"},
		{"host", &model.ClusterHost, "number of hosts per cluster"},
		{"standalone-host", &model.Host, "number of standalone hosts per datacenter"},
		{"ds", &model.Datastore, "number of datastores"},
		{"vm", &model.Machine, "number of virtual machines per resource pool"},
		{"pool", &model.Pool, "number of resource pools per cluster"},
		{"app", &model.App, "number of virtual apps per cluster"},
		{"pod", &model.Pod, "number of storage pods per datacenter"},
		{"pg", &model.Portgroup, "number of distributed port groups per datacenter"},
		{"pg-nsx", &model.PortgroupNSX, "number of NSX backed port groups per datacenter"},
		{"nsx", &model.OpaqueNetwork, "number of NSX opaque networks per datacenter"},
		{"folder", &model.Folder, "number of datacenters placed in a folder"},
		{"delay", &model.DelayConfig.Delay, "delay of every method, in milliseconds"},
		{"task-delay", &simulator.TaskDelay.Delay, "delay of every task, in milliseconds"},
	}
	for _, c := range counts {
		flag.IntVar(c.value, c.name, *c.value, c.usage)
	}
	flag.BoolVar(&model.Autostart, "autostart", model.Autostart, "power on the machines of the model")
	flag.Float64Var(&model.DelayConfig.DelayJitter, "delay-jitter", 0, "delay jitter, standard deviation / mean")
	flag.StringVar(&model.ServiceContent.About.ApiVersion, "api-version", model.ServiceContent.About.ApiVersion, "API version")
	flag.Var(o.methodDelay, "method-delay", "METHOD:MILLISECONDS,… delay of single methods (a task's method ends in _Task)")
	flag.Var(&o.faults, "fault", "METHOD=KIND[,count=N][,skip=N][,object=NAME] makes a method fail; may be repeated; kinds: "+kindNames())
	flag.StringVar(&o.listen, "l", "127.0.0.1:8989", "address to listen on; port 0 picks a free one")
	flag.StringVar(&o.user, "username", "", "login name (any is accepted by default)")
	flag.StringVar(&o.password, "password", "", "login password; a file name is read, so that it need not stand on the command line")
	flag.BoolVar(&o.tls, "tls", true, "serve TLS")
	flag.StringVar(&o.cert, "tlscert", "", "TLS certificate file")
	flag.StringVar(&o.key, "tlskey", "", "TLS key file")
	flag.StringVar(&o.load, "load", "", "load the model from this folder")
	flag.StringVar(&o.guest.listen, "guest", "", "give every machine that is powered on this address:port and answer there on SSH (guest.go)")
	flag.StringVar(&o.guest.files, "guest-files", "", "the guests' file system: a folder they read and write")
	flag.StringVar(&o.guest.log, "guest-log", "", "file for what the guests were told: one JSON object per line")
	flag.StringVar(&o.exportDisk, "export-disk", "", "streamOptimized VMDK that every export of a machine gives for its disk")
	flag.StringVar(&o.deny, "deny", "", "comma-separated privileges that nobody has")
	flag.BoolVar(&simulator.Trace, "trace", false, "write SOAP messages to -trace-file")
	flag.StringVar(&o.traceFile, "trace-file", "", "trace file (standard error by default)")
	flag.Parse()
	return o
}

func run(model *simulator.Model, o *options) error {
	if o.traceFile != "" {
		file, err := os.OpenFile(o.traceFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		defer file.Close()
		simulator.TraceFile = file
		simulator.Trace = true
	}
	model.DelayConfig.MethodDelay = o.methodDelay
	simulator.TaskDelay.MethodDelay = o.methodDelay
	model.ServiceContent.About.FullName += " (govmomi simulator)"
	model.ServiceContent.About.OsType = runtime.GOOS + "-" + runtime.GOARCH
	if err := create(model, o.load); err != nil {
		return err
	}
	defer model.Remove()
	if err := configure(model, o); err != nil {
		return err
	}

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	server := model.Service.NewServer()
	defer server.Close()
	serverURL = server.URL.Scheme + "://" + server.URL.Host
	fmt.Printf("export GOVC_URL=%s GOVC_SIM_PID=%d\n", server.URL, os.Getpid())
	<-stop
	return nil
}

func create(model *simulator.Model, folder string) error {
	if folder == "" {
		return model.Create()
	}
	return model.Load(folder)
}

func configure(model *simulator.Model, o *options) error {
	service := model.Service
	service.RegisterEndpoints = true
	service.ServeMux = http.NewServeMux()
	service.Listen = &url.URL{Host: o.listen}
	if o.user != "" {
		service.Listen.User = url.UserPassword(o.user, secret(o.password))
	}
	guest, err := newGuest(service, o.guest)
	if err != nil {
		return err
	}
	addHooks(service, addClone(service), addSha256(service), addExport(service, o.exportDisk), denyPrivileges(o.deny), guest)
	for _, rule := range o.faults {
		service.AddFaultRule(rule)
	}
	if !o.tls {
		return nil
	}
	service.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if o.cert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return err
	}
	service.TLS.Certificates = []tls.Certificate{pair}
	return nil
}

// secret reads the file of that name if there is one, and takes the text itself otherwise, as govc does.
func secret(value string) string {
	if text, err := os.ReadFile(value); err == nil {
		return strings.TrimSpace(string(text))
	}
	return value
}

type delays map[string]int

func (d delays) String() string { return "" }

func (d delays) Set(text string) error {
	for _, part := range strings.Split(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), ":")
		milliseconds, err := strconv.Atoi(value)
		if !found || err != nil || milliseconds < 0 {
			return fmt.Errorf("%q is not METHOD:MILLISECONDS", part)
		}
		d[name] = milliseconds
	}
	return nil
}

var kinds = map[string]simulator.FaultType{
	"generic":                simulator.FaultTypeGeneric,
	"not-authenticated":      simulator.FaultTypeNotAuthenticated,
	"no-permission":          simulator.FaultTypeNoPermission,
	"invalid-argument":       simulator.FaultTypeInvalidArgument,
	"method-not-found":       simulator.FaultTypeMethodNotFound,
	"object-not-found":       simulator.FaultTypeManagedObjectNotFound,
	"invalid-state":          simulator.FaultTypeInvalidState,
	"resource-in-use":        simulator.FaultTypeResourceInUse,
	"insufficient-resources": simulator.FaultTypeInsufficientResourcesFault,
	"network":                simulator.FaultTypeNetworkFailure,
	"timeout":                simulator.FaultTypeTimeout,
}

func kindNames() string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, " ")
}

type faults []*simulator.FaultInjectionRule

func (f *faults) String() string { return "" }

func (f *faults) Set(text string) error {
	method, rest, _ := strings.Cut(text, "=")
	parts := strings.Split(rest, ",")
	kind, known := kinds[parts[0]]
	if method == "" || !known {
		return fmt.Errorf("%q is not METHOD=KIND; kinds: %s", text, kindNames())
	}
	rule := &simulator.FaultInjectionRule{
		MethodName: method, ObjectType: "*", ObjectName: "*", Probability: 1, FaultType: kind, Enabled: true,
	}
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		number, err := strconv.Atoi(value)
		switch {
		case name == "object" && value != "":
			rule.ObjectName = value
		case name == "count" && err == nil:
			rule.MaxCount = number
		case name == "skip" && err == nil:
			rule.SkipCount = number
		default:
			return fmt.Errorf("%q in %q is not count=N, skip=N or object=NAME", part, text)
		}
	}
	*f = append(*f, rule)
	return nil
}
