using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Roles;

public class BrokerPlanTests
{
    private readonly List<string> _done = [];
    private VirtualTimeProvider _clock = null!;
    private BrokerPlan _plan = null!;

    [SetUp]
    public void MakePlan()
    {
        _clock = new VirtualTimeProvider();
        _plan = new BrokerPlan(_clock, NullLogger.Instance);
        _done.Clear();
    }

    [Test]
    public async Task Parts_start_in_order_and_stop_in_the_reverse_order()
    {
        _plan.Hold(new BrokerPart("store", () => Note("-store")));
        Add("delays", RunsAs.Master);
        Add("clients", RunsAs.Any);

        await _plan.StartAsync(BrokerRole.Master);
        Assert.That(await _plan.StopAsync(), Is.Empty);

        Assert.That(_done, Is.EqualTo(new[] { "+delays", "+clients", "-clients", "-delays", "-store" }));
    }

    [Test]
    public async Task A_role_stops_what_it_does_not_run_and_nothing_else_and_the_next_starts_that_again()
    {
        Add("delays", RunsAs.Master);
        Add("sweep", RunsAs.Any);
        Add("timers", RunsAs.Master);
        await _plan.StartAsync(BrokerRole.Master);
        _done.Clear();

        await _plan.StopAsync(BrokerRole.Slave(1));
        await _plan.StartAsync(BrokerRole.Slave(1));
        Assert.That(_done, Is.EqualTo(new[] { "-timers", "-delays" }));
        await _plan.StartAsync(BrokerRole.Master);
        await _plan.StartAsync(BrokerRole.Master);

        Assert.That(_done, Is.EqualTo(new[] { "-timers", "-delays", "+delays", "+timers" }));
    }

    [Test]
    public async Task A_slave_starts_without_what_only_a_master_does()
    {
        Add("delays", RunsAs.Master);
        Add("sweep", RunsAs.Any);

        await _plan.StartAsync(BrokerRole.Slave(2));
        await _plan.StopAsync();

        Assert.That(_done, Is.EqualTo(new[] { "+sweep", "-sweep" }));
    }

    [Test]
    public async Task What_only_a_slave_does_ends_when_it_becomes_master_and_begins_again_with_the_next_step_down()
    {
        Add("delays", RunsAs.Master);
        Add("tables of the master", RunsAs.Slave);
        Add("sweep", RunsAs.Any);

        await _plan.StartAsync(BrokerRole.Master);
        Assert.That(_done, Is.EqualTo(new[] { "+delays", "+sweep" }));
        _done.Clear();
        await ChangeAsync(BrokerRole.Slave(1));
        await ChangeAsync(BrokerRole.Slave(2));
        await ChangeAsync(BrokerRole.Master);

        Assert.That(_done, Is.EqualTo(new[] { "-delays", "+tables of the master", "-tables of the master", "+delays" }));

        async Task ChangeAsync(BrokerRole role)
        {
            await _plan.StopAsync(role);
            await _plan.StartAsync(role);
        }
    }

    [Test]
    public async Task A_part_that_is_late_is_named_and_not_started_again_before_it_has_ended()
    {
        var end = new TaskCompletionSource();
        _plan.Add(new BrokerPart("delays", () => new ValueTask(end.Task)) { Start = _ => Note("+delays"), Runs = RunsAs.Master });
        await _plan.StartAsync(BrokerRole.Master);

        var late = await AwaitAsync(_plan.StopAsync(BrokerRole.Slave(1)));
        var starting = _plan.StartAsync(BrokerRole.Master);

        Assert.That(late, Is.EqualTo(new[] { "delays" }));
        Assert.That(starting.IsCompleted, Is.False);
        Assert.That(_done, Has.Count.EqualTo(1));
        end.SetResult();
        await starting;
        Assert.That(_done, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Whatever_hangs_the_store_is_closed_within_a_minute()
    {
        _plan.Hold(new BrokerPart("store", () => Note("-store")) { IsWaitedFor = true });
        for (var i = 0; i < 20; i++)
        {
            _plan.Hold(new BrokerPart($"hung {i}", () => new ValueTask(Task.Delay(Timeout.Infinite))));
        }

        var began = _clock.GetTimestamp();
        var late = await AwaitAsync(_plan.StopAsync());

        Assert.That(_done, Is.EqualTo(new[] { "-store" }));
        Assert.That(late, Has.Count.EqualTo(20));
        Assert.That(_clock.GetElapsedTime(began), Is.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task What_an_operator_wants_waited_for_is_not_late_and_leaves_the_others_their_time()
    {
        _plan.Hold(new BrokerPart("slow", () => new ValueTask(Task.Delay(TimeSpan.FromSeconds(5), _clock))));
        _plan.Hold(new BrokerPart("asking clients to go", () => new ValueTask(Task.Delay(TimeSpan.FromSeconds(45), _clock))) { Grace = TimeSpan.FromSeconds(60) });

        Assert.That(await AwaitAsync(_plan.StopAsync()), Is.Empty);
    }

    [Test]
    public async Task Also_what_is_waited_for_may_hang_for_no_longer_than_that()
    {
        _plan.Hold(new BrokerPart("asking clients to go", () => new ValueTask(Task.Delay(Timeout.Infinite))) { Grace = TimeSpan.FromSeconds(60) });

        var began = _clock.GetTimestamp();
        Assert.That(await AwaitAsync(_plan.StopAsync()), Is.EqualTo(new[] { "asking clients to go" }));
        Assert.That(_clock.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(90)));
    }

    [Test]
    public async Task What_brings_promises_to_the_disk_is_waited_for_however_long_it_takes()
    {
        var end = new TaskCompletionSource();
        _plan.Hold(new BrokerPart("store", () => new ValueTask(end.Task)) { IsWaitedFor = true });

        var stopping = _plan.StopAsync();
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5);
        }

        Assert.That(stopping.IsCompleted, Is.False);
        end.SetResult();
        Assert.That(await stopping, Is.Empty);
    }

    private void Add(string name, RunsAs runs) =>
        _plan.Add(new BrokerPart(name, () => Note("-" + name)) { Start = _ => Note("+" + name), Runs = runs });

    private ValueTask Note(string what)
    {
        lock (_done)
        {
            _done.Add(what);
        }

        return default;
    }

    private Task<IReadOnlyList<string>> AwaitAsync(Task<IReadOnlyList<string>> stopping) => Eventually.GetAsync(
        _clock, TimeSpan.FromSeconds(1), () => Task.FromResult(stopping.IsCompleted ? stopping.Result : null), "the end of the stop");
}
