using RocketMQ.Client;

namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>Messages that have not come to their topic yet.</summary>
public sealed class HeldBackTests : ExplainTest
{
    [Test]
    public async Task A_delayed_message_waits_until_its_time()
    {
        var sent = await SendAsync(m => m with { DelayLevel = 9 });
        var explanation = await BecomesAsync(sent, "Delayed");
        Assert.Multiple(() =>
        {
            Assert.That(Reason(explanation), Does.Contain("delay level 9 (5 min)"));
            Assert.That(LastTime(explanation), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(5)).Within(TimeSpan.FromSeconds(30)));
        });
    }

    [Test]
    public async Task A_timed_message_waits_until_its_time_or_is_taken_back()
    {
        var sent = await SendAsync(m => m with { DelayFor = TimeSpan.FromHours(2) });
        var timed = await BecomesAsync(sent, "Timed");
        await Producer.RecallAsync(Topic, sent.RecallHandle!);
        var recalled = await BecomesAsync(sent, "Recalled");
        Assert.Multiple(() =>
        {
            Assert.That(LastTime(timed), Is.EqualTo(DateTimeOffset.UtcNow.AddHours(2)).Within(TimeSpan.FromSeconds(30)));
            Assert.That(Story(recalled), Has.Some.Contains("asked to take it back"));
        });
    }

    [Test]
    public async Task What_was_delayed_is_told_of_once_it_is_delivered()
    {
        await using var consumer = await ConsumeAsync();
        var sent = await SendAsync(m => m with { DelayLevel = 1 });
        var explanation = await BecomesAsync(sent, "Consumed");
        Assert.That(Story(explanation).ToList(), Has.Count.EqualTo(2).And.Some.Contains("Held back at delay level 1").And.Some.Contains("Its time had come"));
    }

    [Test]
    public async Task A_half_message_waits_for_its_producers_word()
    {
        var explanation = await BecomesAsync(await SendHalfAsync(TransactionState.Unknown), "TransactionPending");
        Assert.That(Reason(explanation), Does.Contain("neither committed nor rolled back").And.Contain($"tx-{Group}"));
    }

    [Test]
    public async Task A_transaction_that_was_rolled_back_is_never_seen()
    {
        var explanation = await BecomesAsync(await SendHalfAsync(TransactionState.Rollback), "RolledBack");
        Assert.That(Reason(explanation), Does.Contain($"tx-{Group} rolled the transaction back"));
    }

    [Test]
    public async Task A_committed_transaction_is_a_message_like_others()
    {
        await using var consumer = await ConsumeAsync();
        var explanation = await BecomesAsync(await SendHalfAsync(TransactionState.Commit), "Consumed");
        Assert.That(Story(explanation).ToList(), Has.Some.Contains("half of a transaction").And.Some.Contains("Committed by its producer"));
    }

    [Test]
    public async Task A_message_that_was_never_stored_is_not_found()
    {
        var sent = await SendAsync();
        var explanation = await ExplainAsync($"-i {sent.MessageId[..^4]}FFFF -t {Topic} -g {Group}");
        Assert.That((string?)explanation["verdict"], Is.EqualTo("NotFound"));
    }

    private async Task<SendReceipt> SendHalfAsync(TransactionState state)
    {
        await using var producer = Client.CreateTransactionProducer(
            new ProducerOptions { Group = $"tx-{Group}" }, (_, _) => new(TransactionState.Unknown));
        return (await producer.SendAsync(new Message(Topic, "x"u8.ToArray()), (_, _) => new(state))).Half;
    }
}
