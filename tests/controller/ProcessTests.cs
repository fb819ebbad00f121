using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Etcd;
using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace RocketMQ.Controller.Tests;

/// <summary>The controller as its operator meets it: a command line, a file, an exit code, and kill -9.</summary>
public class ProcessTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task It_says_where_it_listens_and_a_signal_stops_it_with_exit_0()
    {
        await using var process = Start(Conf($"bindAddress=127.0.0.1\nlistenPort=0\ncontrollerStorePath={_folder.Path}\nserverWorkerThreads=8\n"));
        await PrintsAsync(process, "The controller listens on 127.0.0.1:");
        Assert.That(process.Output, Does.Contain("serverWorkerThreads changes nothing here"));
        Assert.That(await process.TerminateAsync(Soon), Is.Zero);
    }

    [TestCase("lisenPort=9877", "line 1: unknown key 'lisenPort'. Did you mean 'listenPort'?")]
    [TestCase("bindAddress=nowhere", "bindAddress=nowhere is not an IP address; 0.0.0.0 listens on all of them.")]
    [TestCase("controllerDLegerPeers=n0-127.0.0.1:1;n1-127.0.0.1:2", "controllerDLegerPeers names 2 controllers: several keep their state in etcd")]
    [TestCase("controllerDLegerPeers=n0", "controllerDLegerPeers has 'n0', which is not id-host:port.")]
    [TestCase("controllerDLegerPeers=n0-127.0.0.1:1\ncontrollerDLegerSelfId=n7", "controllerDLegerSelfId=n7 is none of controllerDLegerPeers")]
    [TestCase("controllerType=etcd", "controllerType=Etcd needs controllerDLegerPeers")]
    [TestCase("controllerType=etcd\ncontrollerDLegerPeers=n0-127.0.0.1:1\netcdEndpoints=here", "etcdEndpoints=here is no list of http://host:port")]
    public async Task A_configuration_that_can_not_be_used_is_one_sentence_and_exit_1(string content, string sentence)
    {
        await using var process = Start(Conf($"{content}\ncontrollerStorePath={_folder.Path}\n"));
        Assert.That(await process.WaitForExitAsync(Soon), Is.EqualTo(1));
        await TestController.EventuallyAsync(() => Task.FromResult(process.Output.Contains(sentence, StringComparison.Ordinal)));
        Assert.That(process.Output.TrimEnd().Split('\n'), Has.Length.EqualTo(1), process.Output);
    }

    [TestCase("DLedger")]
    [TestCase("jRaft")]
    public void Apache_s_types_are_taken_for_a_file(string type) =>
        Assert.That(ControllerConfiguration.Bind(JavaProperties.Parse($"controllerType={type}", "x")).Options.ControllerType, Is.AnyOf(ControllerType.Dledger, ControllerType.Jraft));

    [Test]
    public void The_file_that_comes_with_it_names_every_key_and_its_default()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "controller.conf"));
        var shipped = JavaProperties.Parse(text.Replace("\n#", "\n", StringComparison.Ordinal), "controller.conf").Entries;
        var settings = OptionsBinder.Describe(new ControllerOptions(), JavaProperties.Empty)
            .Concat(OptionsBinder.Describe(new EtcdOptions(), JavaProperties.Empty)).Concat(OptionsBinder.Describe(new TlsOptions(), JavaProperties.Empty)).ToList();
        foreach (var setting in settings)
        {
            Assert.That(shipped.Keys, Has.Member(setting.Key));
            if (setting.Key is not ("bindAddress" or "controllerStorePath" or "configStorePath" or "rocketmqHome"))
            {
                Assert.That(shipped[setting.Key].Value, Is.EqualTo(setting.Default), setting.Key);
            }
        }

        Assert.That(
            JavaProperties.Parse(text, "controller.conf").Entries.Select(e => $"{e.Key}={e.Value.Value}"),
            Is.EquivalentTo(new[] { "bindAddress=127.0.0.1", "controllerStorePath=data/controller" }));
        Assert.That(settings.Select(s => s.Key).Intersect(IgnoredKeys.Instead.Keys), Is.Empty);
    }

    /// <summary>What it acknowledged is there afterwards, whatever it was killed at.</summary>
    [Test]
    public async Task A_controller_that_is_killed_remembers_what_it_said()
    {
        var port = BrokerPorts.Find().Broker;
        var conf = Conf($"bindAddress=127.0.0.1\nlistenPort={port}\ncontrollerStorePath={_folder.Path}\n");
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var acknowledged = 0L;
        for (var round = 0; round < 4; round++)
        {
            await using var process = Start(conf);
            await PrintsAsync(process, "The controller listens on ");
            Assert.That(await NextIdAsync(), Is.GreaterThan(acknowledged).And.LessThanOrEqualTo(acknowledged + 2));
            var killing = Task.Delay(200 + (round * 37)).ContinueWith(_ => process.KillAsync(), TaskScheduler.Default).Unwrap();
            try
            {
                while (acknowledged < 60)
                {
                    var id = await NextIdAsync();
                    var reply = await client.InvokeAsync(
                        $"127.0.0.1:{port}",
                        RemotingCommand.Request(RequestCode.ControllerApplyBrokerId, new ApplyBrokerIdRequestHeader { ClusterName = "c", BrokerName = "b", AppliedBrokerId = id, RegisterCheckCode = "127.0.0.1:1;1" }),
                        Soon);
                    acknowledged = reply.Code == 0 ? id : acknowledged;
                }
            }
            catch (RemotingException)
            {
                // It is dead.
            }

            await killing;
        }

        Assert.That(acknowledged, Is.Positive);

        async Task<long> NextIdAsync() => (await client.InvokeAsync(
            $"127.0.0.1:{port}", RemotingCommand.Request(RequestCode.ControllerGetNextBrokerId, new GetNextBrokerIdRequestHeader { ClusterName = "c", BrokerName = "b" }), Soon))
            .ReadHeader<GetNextBrokerIdResponseHeader>().NextBrokerId!.Value;
    }

    [Test]
    public async Task When_the_controller_that_leads_is_killed_or_frozen_the_other_leads_within_its_lease([Values] bool isFrozen)
    {
        await using var etcd = await EtcdProcess.StartAsync();
        var (first, second) = (BrokerPorts.Find().Broker, BrokerPorts.Find().NameServer);
        var peers = $"bindAddress=127.0.0.1\ncontrollerType=Etcd\netcdEndpoints={etcd.Endpoint}\netcdLeaseSeconds=2\ncontrollerDLegerPeers=n0-127.0.0.1:{first};n1-127.0.0.1:{second}\n";
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await using var one = Start(Conf(peers + "controllerDLegerSelfId=n0\n", "0.conf"));
        await LeadsAsync(first);
        await using var other = Start(Conf(peers + "controllerDLegerSelfId=n1\n", "1.conf"));
        await PrintsAsync(other, "The controller listens on ");
        var apply = RemotingCommand.Request(RequestCode.ControllerApplyBrokerId, new ApplyBrokerIdRequestHeader { ClusterName = "c", BrokerName = "b", AppliedBrokerId = 1, RegisterCheckCode = "127.0.0.1:1;1" });
        Assert.That((await client.InvokeAsync($"127.0.0.1:{first}", apply, Soon)).Code, Is.Zero);

        await SignalAsync(isFrozen ? "STOP" : "KILL");
        var started = TimeProvider.System.GetTimestamp();
        await LeadsAsync(second);
        await TestContext.Out.WriteLineAsync($"{TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms");
        if (isFrozen)
        {
            // It thaws, and thinks that it leads: it is told otherwise at the first question.
            await SignalAsync("CONT");
            var info = RemotingCommand.Request(RequestCode.ControllerGetReplicaInfo, new GetReplicaInfoRequestHeader { BrokerName = "b" });
            Assert.That((await client.InvokeAsync($"127.0.0.1:{first}", info, Soon)).Code, Is.EqualTo(ResponseCode.ControllerNotLeader));
            Assert.That((await client.InvokeAsync($"127.0.0.1:{second}", info, Soon)).Code, Is.Zero);
        }

        Task LeadsAsync(int port) => TestController.EventuallyAsync(async () =>
        {
            try
            {
                return (await client.InvokeAsync($"127.0.0.1:{port}", RemotingCommand.Request(RequestCode.ControllerGetMetadataInfo), Soon)).ReadHeader<GetMetaDataResponseHeader>().IsLeader;
            }
            catch (RemotingException)
            {
                return false;
            }
        });

        async Task SignalAsync(string signal)
        {
            using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{one.Id}"]);
            await kill.WaitForExitAsync();
        }
    }

    private string Conf(string content, string name = "controller.conf")
    {
        File.WriteAllText(_folder.File(name), content);
        return _folder.File(name);
    }

    private static ChildProcess Start(string conf) => ChildProcess.Start(
        "dotnet", [BuiltProgram.Find("namesrv/RocketMQ.Controller/Host", "RocketMQ.Controller.Host.dll"), "-c", conf]);

    private static Task PrintsAsync(ChildProcess process, string text) => TestController.EventuallyAsync(() => Task.FromResult(
        process.Output.Contains(text, StringComparison.Ordinal) || (process.HasExited ? throw new InvalidOperationException(process.Output) : false)));
}
