using RocketMQ.TestSupport;

namespace RocketMQ.Tools.Tests;

/// <summary>The frame around the verbs: help, spelling, exit codes, name servers.</summary>
public class CommandLineTests
{
    [Test]
    public async Task Help_lists_every_verb_by_group()
    {
        var help = (await LiveHost.RunAsync(["-h"])).Done().Output;
        Assert.That(help, Does.Contain("updateTopic").And.Contain("clusterList").And.Contain("Topics").And.Contain("--json"));
    }

    [TestCase("updateTopic", "-h")]
    [TestCase("help", "updateTopic")]
    [TestCase("UPDATETOPIC", "--help")]
    public async Task Help_of_a_verb_shows_its_options_and_an_example(params string[] arguments)
    {
        var help = (await LiveHost.RunAsync(arguments)).Done().Output;
        Assert.That(help, Does.Contain("--readQueueNums").And.Contain("Example:").And.Contain("mqadmin updateTopic -n"));
    }

    [Test]
    public async Task A_slip_in_a_verb_is_answered_with_the_nearest()
    {
        var error = (await LiveHost.RunAsync(["udateTopics", "-t", "T"])).Refused(2);
        Assert.That(error, Does.Contain("no verb 'udateTopics'").And.Contain("Did you mean 'updateTopic'?"));
    }

    [Test]
    public async Task A_word_like_no_verb_is_not_guessed_at()
    {
        var error = (await LiveHost.RunAsync(["frobnicate"])).Refused(2);
        Assert.That(error, Does.Contain("no verb 'frobnicate'").And.Not.Contain("Did you mean"));
    }

    [Test]
    public async Task A_missing_option_is_named() =>
        Assert.That((await LiveHost.RunAsync(["topicRoute"])).Refused(2), Does.Contain("--topic").And.Contain("mqadmin topicRoute -h"));

    [Test]
    public async Task A_number_that_is_none_is_bad_usage() =>
        Assert.That((await LiveHost.RunAsync(["updateTopic", "-c", "C", "-t", "T", "-r", "many"])).Refused(2), Does.Contain("many"));

    [TestCase("updateTopic -t T", "-b host:port, or a cluster with -c")]
    [TestCase("updateTopic -t T -b 127.0.0.1:1 -c C", "not both")]
    public async Task Exactly_one_of_broker_and_cluster_is_wanted(string words, string sentence) =>
        Assert.That((await LiveHost.RunAsync(words)).Refused(2), Does.Contain(sentence));

    [Test]
    public async Task A_cluster_that_is_not_there_is_bad_usage_and_those_there_are_named() =>
        Assert.That((await LiveHost.RunAsync("updateTopic -t T -c Elsewhere")).Refused(2), Does.Contain("'Elsewhere'").And.Contain(LiveHost.Cluster));

    [Test]
    public async Task A_name_server_that_does_not_answer_fails_with_a_way_out()
    {
        var error = (await LiveHost.RunAsync(["topicList", "-n", "127.0.0.1:1"])).Refused(1);
        Assert.That(error, Does.Contain("127.0.0.1:1").And.Contain("NAMESRV_ADDR"));
    }

    [Test]
    public async Task The_name_server_comes_from_the_environment_when_it_is_not_given()
    {
        var run = await LiveHost.RunAsync(["topicList"], environment: name => name == "NAMESRV_ADDR" ? LiveHost.Host.NameServer : null);
        Assert.That(run.Done().Output, Does.Contain("TBW102"));
    }

    [Test]
    public async Task A_refusal_names_server_request_and_code_and_what_helps()
    {
        var error = (await LiveHost.RunAsync("topicRoute -t NoSuchTopic")).Refused(1);
        Assert.That(error, Does.Contain("GET_ROUTEINFO_BY_TOPIC").And.Contain("TOPIC_NOT_EXIST (17)").And.Contain("mqadmin topicList"));
    }

    [Test]
    public async Task A_refusal_stands_in_the_json_too()
    {
        var run = await LiveHost.RunAsync("topicRoute -t NoSuchTopic --json");
        Assert.That((string?)run.Json["error"]!["code"], Is.EqualTo("TOPIC_NOT_EXIST"));
    }

    [Test]
    public async Task Long_options_may_have_one_dash() =>
        Assert.That((await LiveHost.RunAsync("topicRoute -topic TBW102")).Done().Output, Does.Contain("brokerDatas"));

    [TestCase(35)]
    [TestCase(50)]
    [TestCase(72)]
    [TestCase(200)]
    public async Task A_table_is_no_wider_than_the_terminal(int width)
    {
        var run = await LiveHost.RunAsync(["topicRoute", "-t", "TBW102", "-l", "-n", LiveHost.Host.NameServer], terminalWidth: width);
        Assert.That(run.Done().Output.Split('\n').Max(line => line.Length), Is.AtMost(width));
        Assert.That(run.Output, width < 40 ? Does.Match($@"(?m)^#BrokerAddrs +0={LiveHost.Host.Broker}$") : Does.Match("^#ClusterName +#BrokerName"));
        Assert.That(run.Output, width is 50 or 72 ? Does.Match("(?m)^#Perm: 7$") : Does.Not.Contain("#Perm: "), "what has no room stands below");
    }

    [TestCase("clusterList")]
    [TestCase("statsAll")]
    [TestCase("topicStatus -t TBW102")]
    [TestCase("topicList -c")]
    [TestCase("consumerProgress")]
    public async Task Tables_stay_tables_in_eighty_columns(string words)
    {
        var run = await LiveHost.RunAsync([.. words.Split(' '), "-n", LiveHost.Host.NameServer], terminalWidth: 80);
        var lines = run.Done().Output.Split('\n');
        Assert.That(lines.Max(line => line.Length), Is.AtMost(80));
        Assert.That(lines[0].Split('#', StringSplitOptions.RemoveEmptyEntries), Has.Length.GreaterThan(1), $"headers side by side:\n{run.Output}");
    }

    [TestCase(80, "-h")]
    [TestCase(80, "sendMessage", "-h")]
    [TestCase(60, "-h")]
    public async Task Help_fits_the_terminal_and_keeps_words_whole(int width, params string[] arguments)
    {
        var narrow = (await LiveHost.RunAsync(arguments, terminalWidth: width)).Done().Output;
        var wide = (await LiveHost.RunAsync(arguments)).Done().Output;
        Assert.That(narrow.Split('\n').Where(line => !line.StartsWith("  mqadmin ", StringComparison.Ordinal)).Max(line => line.Length), Is.AtMost(width));
        Assert.That(Words(narrow), Is.EqualTo(Words(wide)));

        static IEnumerable<string> Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    [TestCase("updateOrderConf -t T -m huh", "huh")]
    [TestCase("consumeMessage -t T -c huh", "huh")]
    [TestCase("consumeMessage -t T -c 0", "-c needs a positive number of messages.")]
    [TestCase("updateUser -b 127.0.0.1:1 -u x -huh", "-huh")]
    [TestCase("queryMsgById -t T -i x -g G", "-g and -d go together")]
    [TestCase("resetOffsetByTime -g G -t T -s now -o 1", "-o needs -b and -q")]
    public async Task What_makes_no_sense_is_a_sentence_and_exit_2(string words, string sentence)
    {
        var error = (await LiveHost.RunAsync(words)).Refused(2);
        Assert.That(error, Does.Contain(sentence).And.Not.Contain("   at "));
    }

    [Test]
    public async Task Any_exception_of_a_verb_is_a_sentence_and_an_exit_code()
    {
        var run = await LiveHost.RunAsync(["topicList", "-n", LiveHost.Host.NameServer], environment: _ => throw new NotSupportedException("no environment here"));
        Assert.That(run.Refused(1), Is.EqualTo("mqadmin topicList: no environment here. That is a fault of mqadmin (NotSupportedException), not of the command line.\n"));
    }

    [Test]
    public async Task A_key_that_can_not_be_updated_names_the_verb_that_lists_them()
    {
        var error = (await LiveHost.RunAsync($"updateBrokerConfig -b {LiveHost.Host.Broker} -k qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq -v 1")).Refused(1);
        Assert.That(error, Does.Contain("mqadmin getBrokerConfig lists them all").And.Contain("UPDATE_BROKER_CONFIG").And.Contain("SYSTEM_ERROR (1)"));
        error = (await LiveHost.RunAsync("updateNamesrvConfig -k qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq -v 1")).Refused(1);
        Assert.That(error, Does.Contain("mqadmin getNamesrvConfig lists them all"));
    }

    [TestCase("updateTopic -t T -b broker-a")]
    [TestCase("brokerConsumeStats -b broker-a")]
    [TestCase("queryCq -t T -q 0 -i 0 -b broker-a")]
    public async Task A_brokers_name_is_not_taken_for_its_address(string words) =>
        Assert.That((await LiveHost.RunAsync(words)).Refused(2), Does.Contain("host:port").And.Contain("mqadmin clusterList"));

    [Test]
    public async Task Options_and_verbs_complete_themselves()
    {
        Assert.That((await LiveHost.RunAsync(["[suggest:7]", "updateT"])).Done().Output.Split('\n', StringSplitOptions.TrimEntries), Does.Contain("updateTopic").And.Contain("updateTopicPerm"));
        Assert.That((await LiveHost.RunAsync(["[suggest:15]", "updateTopic --r"])).Done().Output, Does.Contain("--readQueueNums"));
    }

    [TestCase("bash", "complete -o default -F _mqadmin mqadmin")]
    [TestCase("zsh", "#compdef mqadmin")]
    [TestCase("fish", "complete -c mqadmin")]
    public async Task Completion_prints_a_script_for_a_shell(string shell, string line) =>
        Assert.That((await LiveHost.RunAsync(["completion", shell])).Done().Output, Does.Contain(line));

    [Test]
    public async Task Completion_knows_no_other_shell() =>
        Assert.That((await LiveHost.RunAsync(["completion", "ksh"])).Refused(2), Does.Contain("ksh"));

    [TestCase(0, "topicList", "-n", "{host}")]
    [TestCase(1, "topicList", "-n", "127.0.0.1:1")]
    [TestCase(2, "topicLst")]
    [TestCase(2, "topicRoute")]
    public async Task The_program_ends_with_the_code_that_scripts_go_by(int code, params string[] arguments)
    {
        var program = BuiltProgram.Find("tools/mqadmin", "mqadmin.dll");
        await using var process = ChildProcess.Start("dotnet", [program, .. arguments.Select(a => a == "{host}" ? LiveHost.Host.NameServer : a)]);
        Assert.That(await process.WaitForExitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(code), process.Output);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Progress_is_shown_to_people_only_and_gone_at_the_end(bool isTerminal)
    {
        var run = (await LiveHost.RunAsync(["statsAll", "-n", LiveHost.Host.NameServer], showsProgress: isTerminal)).Done();
        Assert.That(run.Error, isTerminal ? Does.Contain("\rtopic 1/").And.EndsWith(" \r") : Is.Empty);
    }
}
