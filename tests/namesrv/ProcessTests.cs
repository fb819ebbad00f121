using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.NameServer.Tests;

/// <summary>The name server as its operator meets it: a command line, a file, an exit code.</summary>
public partial class ProcessTests
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = TestNameServer.NewFolder();

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(SigTerm)]
    [TestCase(SigInt)]
    public async Task It_says_where_it_listens_and_a_signal_stops_it_with_exit_0(int signal)
    {
        using var process = Start("-c", Conf($"bindAddress=127.0.0.1\nlistenPort=0\nkvConfigPath={_folder}/kv.json\nserverWorkerThreads=8\n"));
        var output = new List<string>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) is { } line)
        {
            output.Add(line);
            if (line.StartsWith("The name server listens on 127.0.0.1:", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.That(output[^1], Does.Match(@"^The name server listens on 127\.0\.0\.1:\d+\. Ctrl-C stops it\.$"));
        Assert.That(output, Has.Some.Contain("serverWorkerThreads changes nothing here"));
        Assert.That(Kill(process.Id, signal), Is.Zero);
        Assert.That(await ExitAsync(process), Is.Zero, await process.StandardError.ReadToEndAsync());
    }

    [Test]
    public async Task A_controller_is_started_beside_where_the_file_says_so()
    {
        var port = BrokerPorts.Find().Broker;
        using var process = Start("-c", Conf(
            $"bindAddress=127.0.0.1\nlistenPort=0\nkvConfigPath={_folder}/kv.json\nenableControllerInNamesrv=true\ncontrollerDLegerPeers=n0-127.0.0.1:{port}\n"
            + $"controllerDLegerSelfId=n0\ncontrollerStorePath={_folder}\netcdLeaseSeconds=3\n"));
        var output = new List<string>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) is { } line && !line.StartsWith("The name server listens on", StringComparison.Ordinal))
        {
            output.Add(line);
        }

        Assert.That(output, Has.Member($"The controller listens on 127.0.0.1:{port}."));
        Assert.That(output, Has.None.Contains("changes nothing here"));
        Assert.That(Kill(process.Id, SigTerm), Is.Zero);
        Assert.That(await ExitAsync(process), Is.Zero, await process.StandardError.ReadToEndAsync());
    }

    [Test]
    public async Task It_prints_every_key_with_its_source_and_default()
    {
        using var process = Start("-c", Conf("# a comment\norderMessageEnable=true\nserverWorkerThreads=9\n"), "-p");
        var output = await process.StandardOutput.ReadToEndAsync();
        Assert.That(await ExitAsync(process), Is.Zero);
        Assert.That(output, Does.Contain($"orderMessageEnable=true  # {_folder}/namesrv.conf:2, default false\n"));
        Assert.That(output, Does.Contain("listenPort=9876  # default\n"));
        Assert.That(output, Does.Contain($"serverWorkerThreads=9  # {_folder}/namesrv.conf:3, changes nothing: "));
    }

    [Test]
    public async Task It_explains_itself()
    {
        using var process = Start("-h");
        Assert.That(await process.StandardOutput.ReadToEndAsync(), Does.Contain("usage: namesrv [-c FILE] [-p] [-h]"));
        Assert.That(await ExitAsync(process), Is.Zero);
    }

    [TestCase("lisenPort=9877", "namesrv.conf line 1: unknown key 'lisenPort'. Did you mean 'listenPort'?")]
    [TestCase("\nlistenPort=many", "namesrv.conf line 2: listenPort=many is not a whole number of 32 bits.")]
    [TestCase("bindAddress=nowhere", "bindAddress=nowhere is not an IP address; 0.0.0.0 listens on all of them.")]
    public async Task A_configuration_that_can_not_be_used_is_one_sentence_and_exit_1(string content, string sentence) =>
        await FailsAsync(sentence, "-c", Conf(content));

    [Test]
    public async Task A_file_that_is_not_there_is_one_sentence_and_exit_1() =>
        await FailsAsync("missing.conf can't be read: ", "-c", Path.Combine(_folder, "missing.conf"));

    [Test]
    public async Task An_option_that_is_none_is_one_sentence_and_exit_2() =>
        await FailsAsync(2, "'--frobnicate' is no option of the name server", "--frobnicate");

    [Test]
    public async Task A_taken_port_is_one_sentence_and_exit_1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await FailsAsync($"Can't listen on {listener.LocalEndpoint}: Address already in use. listenPort moves it.", "-c", Conf($"bindAddress=127.0.0.1\nlistenPort={((IPEndPoint)listener.LocalEndpoint).Port}\n"));
    }

    [Test]
    public void The_file_that_comes_with_it_names_every_key_and_its_default()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "namesrv.conf"));
        var shipped = JavaProperties.Parse(text.Replace("\n#", "\n", StringComparison.Ordinal), "namesrv.conf").Entries;
        var settings = OptionsBinder.Describe(new NameServerOptions(), JavaProperties.Empty).Concat(OptionsBinder.Describe(new TlsOptions(), JavaProperties.Empty)).ToList();
        foreach (var setting in settings)
        {
            Assert.That(shipped.Keys, Has.Member(setting.Key));
            if (setting.Key is not ("bindAddress" or "kvConfigPath" or "configStorePath" or "rocketmqHome"))
            {
                Assert.That(shipped[setting.Key].Value, Is.EqualTo(setting.Default), setting.Key);
            }
        }

        Assert.That(
            JavaProperties.Parse(text, "namesrv.conf").Entries.Select(e => $"{e.Key}={e.Value.Value}"),
            Is.EquivalentTo(new[] { "bindAddress=127.0.0.1", "kvConfigPath=data/namesrv/kvConfig.json" }),
            "the commands of the README are open to this machine alone and write nowhere else");
        Assert.That(settings.Select(s => s.Key).Intersect(IgnoredKeys.Instead.Keys), Is.Empty);
    }

    private string Conf(string content)
    {
        var path = Path.Combine(_folder, "namesrv.conf");
        File.WriteAllText(path, content);
        return path;
    }

    private static Task FailsAsync(string sentence, params string[] arguments) => FailsAsync(1, sentence, arguments);

    private static async Task FailsAsync(int code, string sentence, params string[] arguments)
    {
        using var process = Start(arguments);
        var error = await process.StandardError.ReadToEndAsync();
        Assert.That(await ExitAsync(process), Is.EqualTo(code));
        Assert.That(error, Does.Contain(sentence));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), "no stack trace");
    }

    private static Process Start(params string[] arguments)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "RocketMQ.NameServer.Host.dll");
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<int> ExitAsync(Process process)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
