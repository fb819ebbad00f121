// Reads all queues of a topic by hand, from their beginning to their end.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-pull-producer" });
    for (var i = 1; i <= 5; i++)
    {
        await producer.SendAsync(new Message("SamplePull", Encoding.UTF8.GetBytes($"message {i}")), stop);
    }

    var consumer = client.CreatePullConsumer("sample-pull");
    foreach (var queue in await consumer.GetQueuesAsync("SamplePull", stop))
    {
        var offset = await consumer.GetMinOffsetAsync(queue, stop);
        PullResult result;
        do
        {
            result = await consumer.PullAsync(queue, offset, cancellationToken: stop);
            foreach (var message in result.Messages)
            {
                Console.WriteLine($"queue {queue.QueueId} at {message.QueueOffset}: {Encoding.UTF8.GetString(message.Body.Span)}");
            }

            offset = result.NextOffset;
        }
        while (result.Status == PullStatus.Found);
    }
});
