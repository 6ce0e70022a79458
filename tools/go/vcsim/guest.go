package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// A stand-in for the guests of machines that are powered on, so that a build goes through to its end. It is no operating system:
// it shows an address, takes keys that are typed, lets in by SSH whom the CD in the machine's drive names, keeps the files it is
// given, and notes the commands it is told without running any. Only the power-off is done: the machine is off then.
type guestOptions struct {
	listen, files, log string
}

type guest struct {
	options guestOptions
	service *simulator.Service
	address string
	mutex   sync.Mutex
	running map[types.ManagedObjectReference]bool
}

func newGuest(service *simulator.Service, options guestOptions) (hook, error) {
	if options.listen == "" {
		return func(*simulator.Context, *simulator.Method) mo.Reference { return nil }, nil
	}
	host, _, err := net.SplitHostPort(options.listen)
	if err != nil {
		return nil, err
	}
	if options.files == "" {
		return nil, errors.New("-guest needs -guest-files")
	}
	g := &guest{options: options, service: service, address: host, running: map[types.ManagedObjectReference]bool{}}
	return g.intercept, g.listen()
}

func (g *guest) intercept(ctx *simulator.Context, method *simulator.Method) mo.Reference {
	machine, ok := ctx.Map.Get(method.This).(*simulator.VirtualMachine)
	if !ok {
		return nil
	}
	switch method.Name {
	case "PowerOnVM_Task", "PowerOffVM_Task", "PutUsbScanCodes":
		return &livingMachine{VirtualMachine: machine, guest: g}
	}
	return nil
}

// note writes one line of -guest-log.
func (g *guest) note(machine string, what string, details map[string]any) {
	if g.options.log == "" {
		return
	}
	line := map[string]any{"machine": machine, "what": what}
	for key, value := range details {
		line[key] = value
	}
	text, _ := json.Marshal(line)
	g.mutex.Lock()
	defer g.mutex.Unlock()
	file, err := os.OpenFile(g.options.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = file.Write(append(text, '\n'))
}

func (g *guest) setRunning(ref types.ManagedObjectReference, on bool) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if on {
		g.running[ref] = true
	} else {
		delete(g.running, ref)
	}
}

func (g *guest) machines() []*simulator.VirtualMachine {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	var found []*simulator.VirtualMachine
	for ref := range g.running {
		if machine, ok := g.service.Context.Map.Get(ref).(*simulator.VirtualMachine); ok {
			found = append(found, machine)
		}
	}
	return found
}

// livingMachine is a machine whose guest shows an address and has a keyboard.
type livingMachine struct {
	*simulator.VirtualMachine
	guest *guest
}

// Get is what the property collector reads.
func (m *livingMachine) Get() mo.Reference { return m.VirtualMachine }

func (m *livingMachine) PowerOnVMTask(ctx *simulator.Context, req *types.PowerOnVM_Task) soap.HasFault {
	defer forget(ctx, m)
	body := m.VirtualMachine.PowerOnVMTask(ctx, req)
	if body.Fault() == nil {
		m.guest.note(m.Name, "power on", map[string]any{"cds": discs(m.VirtualMachine)})
		m.guest.setRunning(m.Self, true)
		go m.guest.boot(m.VirtualMachine)
	}
	return body
}

func (m *livingMachine) PowerOffVMTask(ctx *simulator.Context, req *types.PowerOffVM_Task) soap.HasFault {
	defer forget(ctx, m)
	m.guest.setRunning(m.Self, false)
	m.guest.note(m.Name, "power off", nil)
	return m.VirtualMachine.PowerOffVMTask(ctx, req)
}

func (m *livingMachine) PutUsbScanCodes(ctx *simulator.Context, req *types.PutUsbScanCodes) soap.HasFault {
	defer forget(ctx, m)
	keys := make([]map[string]any, 0, len(req.Spec.KeyEvents))
	for _, event := range req.Spec.KeyEvents {
		shift := false
		if held := event.Modifiers; held != nil {
			shift = held.LeftShift != nil && *held.LeftShift || held.RightShift != nil && *held.RightShift
		}
		// HID usage page 7 in the upper half, as vSphere wants it.
		keys = append(keys, map[string]any{"usage": event.UsbHidCode >> 16, "shift": shift})
	}
	m.guest.note(m.Name, "keys", map[string]any{"keys": keys})
	return &methods.PutUsbScanCodesBody{Res: &types.PutUsbScanCodesResponse{Returnval: int32(len(keys))}}
}

// boot shows the guest's address, as VMware Tools would a while after the start.
func (g *guest) boot(machine *simulator.VirtualMachine) {
	time.Sleep(300 * time.Millisecond)
	ctx := g.context()
	ctx.WithLock(machine, func() {
		var nics []types.GuestNicInfo
		for _, device := range object.VirtualDeviceList(machine.Config.Hardware.Device) {
			if card, ok := device.(types.BaseVirtualEthernetCard); ok {
				nics = append(nics, types.GuestNicInfo{
					MacAddress: card.GetVirtualEthernetCard().MacAddress, Connected: true, IpAddress: []string{g.address},
					IpConfig: &types.NetIpConfigInfo{IpAddress: []types.NetIpConfigInfoIpAddress{
						{IpAddress: g.address, PrefixLength: 8, State: "preferred"},
					}},
				})
			}
		}
		ctx.Update(machine, []types.PropertyChange{
			{Name: "guest.ipAddress", Val: g.address},
			{Name: "summary.guest.ipAddress", Val: g.address},
			{Name: "guest.net", Val: nics},
		})
	})
}

// context is one of its own: a lock in the simulator belongs to the context that took it.
func (g *guest) context() *simulator.Context {
	own := *g.service.Context
	return &own
}

// discs are the datastore paths of the CDs in a machine's drives.
func discs(machine *simulator.VirtualMachine) []string {
	var found []string
	for _, device := range object.VirtualDeviceList(machine.Config.Hardware.Device) {
		if drive, ok := device.(*types.VirtualCdrom); ok {
			if backing, ok := drive.Backing.(*types.VirtualCdromIsoBackingInfo); ok {
				found = append(found, backing.FileName)
			}
		}
	}
	return found
}

// names says whether a CD in the machine's drives holds this public key.
func (g *guest) names(machine *simulator.VirtualMachine, key ssh.PublicKey) bool {
	text := []byte(base64.StdEncoding.EncodeToString(key.Marshal()))
	for _, disc := range discs(machine) {
		var path object.DatastorePath
		if !path.FromString(disc) {
			continue
		}
		for _, entity := range g.service.Context.Map.All("Datastore") {
			store, ok := entity.(*simulator.Datastore)
			if !ok || store.Name != path.Datastore {
				continue
			}
			if content, err := os.ReadFile(filepath.Join(store.Info.GetDatastoreInfo().Url, path.Path)); err == nil && bytes.Contains(content, text) {
				return true
			}
		}
	}
	return false
}

func (g *guest) listen() error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", g.options.listen)
	if err != nil {
		return err
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(conn ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		for _, machine := range g.machines() {
			if g.names(machine, key) {
				return &ssh.Permissions{Extensions: map[string]string{"machine": machine.Self.Value}}, nil
			}
		}
		return nil, errors.New("no CD of a running machine names this key")
	}}
	config.AddHostKey(signer)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go g.serve(conn, config)
		}
	}()
	return nil
}

func (g *guest) serve(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	server, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	ref := types.ManagedObjectReference{Type: "VirtualMachine", Value: server.Permissions.Extensions["machine"]}
	machine, ok := g.service.Context.Map.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	g.note(machine.Name, "login", map[string]any{"user": server.User()})
	for channel := range channels {
		if channel.ChannelType() != "session" {
			_ = channel.Reject(ssh.UnknownChannelType, "")
			continue
		}
		session, wishes, err := channel.Accept()
		if err != nil {
			return
		}
		go g.talk(machine, session, wishes)
	}
}

func (g *guest) talk(machine *simulator.VirtualMachine, session ssh.Channel, wishes <-chan *ssh.Request) {
	for wish := range wishes {
		var text struct{ Value string }
		_ = ssh.Unmarshal(wish.Payload, &text)
		switch {
		case wish.Type == "exec":
			_ = wish.Reply(true, nil)
			go g.obey(machine, session, text.Value)
		case wish.Type == "subsystem" && text.Value == "sftp":
			_ = wish.Reply(true, nil)
			root, err := os.OpenRoot(g.options.files)
			if err != nil {
				_ = session.Close()
				return
			}
			files := &guestFiles{root: root}
			go func() {
				_ = sftp.NewRequestServer(session, sftp.Handlers{FileGet: files, FilePut: files, FileCmd: files, FileList: files}).Serve()
				_ = session.Close()
				_ = root.Close()
			}()
		default:
			_ = wish.Reply(wish.Type == "env" || wish.Type == "pty-req", nil)
		}
	}
}

// obey notes a command and says that it went well.
func (g *guest) obey(machine *simulator.VirtualMachine, session ssh.Channel, command string) {
	details := map[string]any{"command": command}
	words := strings.Fields(command)
	for i, word := range words {
		word = strings.TrimRight(word, "'")
		// The script that Packer has uploaded under a name of its own.
		if i > 0 && words[i-1] == "/bin/sh" && strings.HasPrefix(word, "/tmp/") && strings.HasSuffix(word, ".sh") {
			if content, err := os.ReadFile(filepath.Join(g.options.files, filepath.Clean("/"+word))); err == nil {
				details["script"] = string(content)
			}
		}
	}
	g.note(machine.Name, "command", details)
	_, _ = session.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
	_ = session.Close()
	if strings.Contains(command, "systemd-run") && strings.Contains(command, "power-off") {
		time.Sleep(300 * time.Millisecond)
		g.setRunning(machine.Self, false)
		ctx := g.context()
		ctx.WithLock(machine, func() {
			machine.PowerOffVMTask(ctx, &types.PowerOffVM_Task{This: machine.Self})
		})
		g.note(machine.Name, "off by itself", map[string]any{"after": strconv.Quote(command)})
	}
}
